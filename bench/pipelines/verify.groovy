// Row 11: the step with and without the verification of its images, and the calls alone, in turn; each image is new.
node('a1') {
    writeFile file: 'Dockerfile', text: '''FROM scratch
ARG TARGETARCH
COPY busybox-$TARGETARCH /bin/busybox
COPY data /data
CMD ["/bin/busybox"]
'''
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    for (int i = 0; i <= @ROUNDS@; i++) {
        List<Long> times = []
        List<Long> calls = []
        for (boolean verified in [true, false]) {
            sh 'head -c 9000000 /dev/urandom > data'
            long start = System.currentTimeMillis()
            multiArchBuild platforms: ['linux/amd64', 'linux/arm64'], baseTags: ['@REGISTRY@/bench/verify:1'],
                credentialsId: 'push', verifyPlatforms: verified
            times << System.currentTimeMillis() - start
            sh 'head -c 9000000 /dev/urandom > data'
            start = System.currentTimeMillis()
            sh "NEW=${verified ? 'yes' : ''} DOCKER_CONFIG=@DOCKER@ BUILDX=@BUILDX@ @CALLS@ @REGISTRY@/bench/calls . verify"
            calls << System.currentTimeMillis() - start
        }
        // the first round is there to warm up
        if (i > 0) {
            echo "BENCH verify ${times[0]} ${times[1]}"
            echo "BENCH verify-calls ${calls[0]} ${calls[1]}"
        }
    }
}
