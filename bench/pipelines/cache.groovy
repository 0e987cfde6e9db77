// Row 9: a build on an empty builder with and without cache: true, in turn.
def build(String tag, String nonce, boolean cache) {
    sh 'docker buildx prune --all --force > prune.log'
    long start = System.currentTimeMillis()
    multiArchBuild platforms: ['linux/amd64', 'linux/arm64'], baseTags: ["@REGISTRY@/bench/$tag"],
        credentialsId: 'push', buildArgs: [NONCE: nonce], cache: cache
    return System.currentTimeMillis() - start
}

node('a1') {
    writeFile file: 'Dockerfile', text: '''FROM scratch
ARG TARGETARCH NONCE
COPY busybox-$TARGETARCH /bin/busybox
COPY work /bin/work
RUN ["/bin/busybox", "sh", "/bin/work"]
'''
    writeFile file: 'work', text: '''
/bin/busybox head -c 30000000 /dev/urandom > /data
/bin/busybox gzip -9 < /data > /data.gz
/bin/busybox sha512sum /data.gz > /sum
/bin/busybox rm /data /data.gz
'''
    sh 'cp @BUSYBOX@/busybox-amd64 @BUSYBOX@/busybox-arm64 .'
    for (int i = 0; i < @ROUNDS@; i++) {
        build('cache:1', "@NONCE@-$i", true)
        long ours = build('cache:2', "@NONCE@-$i", true)
        long theirs = build('no-cache:1', "@NONCE@-$i", false)
        echo "BENCH cache $ours $theirs"
    }
}
