// Row 10: one of many builds at once, by the step.
node('docker') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\nARG TARGETARCH\nCOPY busybox-$TARGETARCH /bin/busybox\n'
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    multiArchBuild platforms: ['linux/amd64', 'linux/arm64'],
        baseTags: ["@REGISTRY@/bench/many:${env.BUILD_NUMBER}"], credentialsId: 'push'
}
