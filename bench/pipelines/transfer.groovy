// Row 7: the same files to another agent, by stash and by the step.
node('a1') {
    sh '''rm -rf files && mkdir files
        head -c 200000000 /dev/urandom >all && split -b 50000 -a 4 all files/f && rm all
        printf 'FROM scratch\nCOPY Dockerfile /\n' >Dockerfile'''
    for (int i = 0; i < @ROUNDS@; i++) {
        long start = System.currentTimeMillis()
        stash name: 'files'
        node('a2') {
            unstash 'files'
            long end = System.currentTimeMillis()
            deleteDir()
            echo "BENCH stash ${end - start}"
        }
        multiArchBuild platforms: ['linux/arm64'], agents: ['linux/arm64': 'a2'],
            baseTags: ['@REGISTRY@/bench/transfer:1'], credentialsId: 'push'
    }
}
