# Two builders on one engine: the docker driver's "default", and one of the remote driver.

remote_builder=rig-remote

create_builders() {
    local docker=docker
    if [[ $engine_is_ours ]]; then docker=$RIG_HOME/bin/docker; fi
    mkdir -p "$RIG_HOME/docker"
    # No login in here: tests have to show that Jenkins' credentials do the authentication.
    echo "{\"cliPluginsExtraDirs\": [\"$(dirname "$buildx")\"]}" >"$RIG_HOME/docker/config.json"
    run_daemon proxy java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
        "$dev/BuildKitProxy.java" "${engine_host#unix://}" "$run/buildkit.sock"
    wait_for proxy 60 test -S "$run/buildkit.sock"
    DOCKER_HOST=$engine_host DOCKER_CONFIG=$RIG_HOME/docker "$docker" buildx create \
        --name "$remote_builder" --driver remote --bootstrap "unix://$run/buildkit.sock" >"$log/buildx.log" 2>&1 ||
        { cat "$log/buildx.log" >&2; fail "the builder $remote_builder does not start"; }
    check_platforms "$docker"
}

check_platforms() {
    local platforms
    platforms=$(DOCKER_HOST=$engine_host DOCKER_CONFIG=$RIG_HOME/docker "$1" buildx inspect "$remote_builder" | grep -m1 '^Platforms:')
    [[ $platforms == *linux/arm64* && $platforms == *linux/amd64* ]] ||
        fail "the engine does not build for arm64 and amd64; was it started before QEMU was registered? Restart it and try again"
}
