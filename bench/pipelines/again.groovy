// Row 8: outside of node, so that the agent checks the source out itself.
multiArchBuild platforms: ['linux/arm64'], agents: ['linux/arm64': 'a2'],
    baseTags: ['@REGISTRY@/bench/again:1'], credentialsId: 'push'
