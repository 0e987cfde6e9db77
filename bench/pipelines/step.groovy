// Rows 1 and 6: the step, the bare commands and the calls alone in turn, warm, on one agent.
node('a1') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\n'
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    for (int i = 0; i < @ROUNDS@; i++) {
        long start = System.currentTimeMillis()
        def image = multiArchBuild(
            platforms: ['linux/amd64', 'linux/arm64'],
            baseTags: ['@REGISTRY@/bench/step:1', '@REGISTRY@/bench/step:latest'],
            credentialsId: 'push')
        long middle = System.currentTimeMillis()
        sh '''DOCKER_CONFIG=@DOCKER@ docker buildx build --progress plain --platform linux/amd64,linux/arm64 \
                --push --tag @REGISTRY@/bench/bare:1 --tag @REGISTRY@/bench/bare:latest .'''
        long end = System.currentTimeMillis()
        echo "BENCH step ${middle - start} ${end - middle}"
        sh """start=\$(date +%s%3N)
            DOCKER_CONFIG=@DOCKER@ docker buildx imagetools create --tag @REGISTRY@/bench/step:3 \
                --tag @REGISTRY@/bench/step:4 ${image.references.join(' ')}
            echo "BENCH create \$((\$(date +%s%3N) - start))" """
        start = System.currentTimeMillis()
        sh 'DOCKER_CONFIG=@DOCKER@ BUILDX=@BUILDX@ @CALLS@ @REGISTRY@/bench/calls . 1 latest'
        echo "BENCH calls ${System.currentTimeMillis() - start} ${end - middle}"
    }
}
