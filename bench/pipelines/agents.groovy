// Row 4: one platform on each agent, and the slower one by the bare command and by the calls alone.
node('a1') {
    writeFile file: 'Dockerfile', text: '''FROM scratch
ARG TARGETARCH NONCE
COPY busybox-$TARGETARCH /bin/busybox
COPY wait-$TARGETARCH /bin/wait
RUN ["/bin/busybox", "sh", "/bin/wait"]
'''
    writeFile file: 'wait-amd64', text: '/bin/busybox sleep 25'
    writeFile file: 'wait-arm64', text: '/bin/busybox sleep 35'
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    long start = System.currentTimeMillis()
    multiArchBuild platforms: ['linux/amd64', 'linux/arm64'], agents: ['linux/arm64': 'a2'],
        baseTags: ['@REGISTRY@/bench/agents:1'], credentialsId: 'push', buildArgs: [NONCE: '@NONCE@']
    long middle = System.currentTimeMillis()
    sh '''start=$(date +%s%3N)
        DOCKER_CONFIG=@DOCKER@ docker buildx build --progress plain --platform linux/arm64 --build-arg NONCE=@NONCE@-hand \
            --push --tag @REGISTRY@/bench/hand:1 .
        echo "BENCH hand $(($(date +%s%3N) - start))"
        start=$(date +%s%3N)
        PLATFORMS=arm64 NEW=yes NONCE=@NONCE@-calls DOCKER_CONFIG=@DOCKER@ BUILDX=@BUILDX@ @CALLS@ @REGISTRY@/bench/calls . agents
        echo "BENCH calls $(($(date +%s%3N) - start))" '''
    echo "BENCH agents ${middle - start}"
}
