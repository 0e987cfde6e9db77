// Row 3: a build that prints nothing for 75 s.
node('a1') {
    writeFile file: 'Dockerfile', text: 'FROM scratch\nARG TARGETARCH NONCE\nCOPY busybox-$TARGETARCH /bin/busybox\nRUN ["/bin/busybox", "sleep", "75"]\n'
    sh 'cp @BUSYBOX@/busybox-amd64 .'
    multiArchBuild platforms: ['linux/amd64'], baseTags: ['@REGISTRY@/bench/silent:1'],
        credentialsId: 'push', buildArgs: [NONCE: '@NONCE@']
}
