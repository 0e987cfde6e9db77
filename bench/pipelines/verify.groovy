// Row 11: the step with and without the verification of its images, in turn; each image is new.
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
        for (boolean verified in [true, false]) {
            sh 'head -c 9000000 /dev/urandom > data'
            long start = System.currentTimeMillis()
            multiArchBuild platforms: ['linux/amd64', 'linux/arm64'], baseTags: ['@REGISTRY@/bench/verify:1'],
                credentialsId: 'push', verifyPlatforms: verified
            times << System.currentTimeMillis() - start
        }
        // the first round is there to warm up
        if (i > 0) {
            echo "BENCH verify ${times[0]} ${times[1]}"
        }
    }
}
