# A Docker engine of the rig's own, unless the machine has one that serves.

bridge=multi-arch-rig0
cgroup=${RIG_HOME##*/}

# Sets engine_is_ours (empty: the machine's), engine_host and buildx (the plugin's file).
choose_engine() {
    engine_is_ours=yes
    engine_host=unix://$run/docker.sock
    buildx=$root/usr/libexec/docker/cli-plugins/docker-buildx
    local store host
    store=$(timeout 10 docker info --format '{{.DriverStatus}}' 2>/dev/null) && docker buildx version >/dev/null 2>&1 || return 0
    host=${DOCKER_HOST:-$(docker context inspect --format '{{.Endpoints.docker.Host}}')}
    if [[ $store != *io.containerd.snapshotter* || $host != unix://* ]]; then
        say "this machine's Docker has no containerd image store or is remote; starting an engine beside it"
        return
    fi
    say "using this machine's Docker at $host; adding a registry, QEMU and a builder"
    engine_is_ours=
    engine_host=$host
    buildx=$(docker info --format '{{range .ClientInfo.Plugins}}{{if eq .Name "buildx"}}{{.Path}}{{end}}{{end}}')
}

# Directories that the engine's programs make at fixed places, the deepest first.
fixed_places=(/run/containerd/s /run/containerd /run/docker/plugins /run/docker /run/runc)

start_engine() {
    local place path=$root/usr/sbin:$root/usr/bin:$PATH
    ln -sf "$root/usr/bin/docker" "$RIG_HOME/bin/docker"
    ln -sf tini-static "$root/usr/bin/docker-init"
    write_configuration
    for place in "${fixed_places[@]}"; do
        if ! [[ -e $place ]]; then echo "$place"; fi
    done >"$RIG_HOME/made-places"
    # A containerd of its own: dockerd would use the machine's if it found one, and leave its images there.
    run_daemon containerd env PATH="$path" "$root/usr/bin/containerd" --config "$RIG_HOME/containerd.toml"
    wait_for containerd 30 test -S "$run/containerd.sock"
    # "container" keeps dockerd from loading an AppArmor profile, which would stay in the kernel after it.
    run_daemon dockerd env PATH="$path" container="$cgroup" "$root/usr/sbin/dockerd" --config-file "$RIG_HOME/daemon.json"
    wait_for dockerd 60 engine_answers
}

engine_answers() { "$RIG_HOME/bin/docker" --host "$engine_host" version >/dev/null 2>&1; }

write_configuration() {
    cat >"$RIG_HOME/containerd.toml" <<END
version = 2
root = "$RIG_HOME/containerd"
state = "$run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.nri.v1.nri"]
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$RIG_HOME/containerd/opt"
END
    # No packet filter rule and no forwarding: a container reaches the loopback address by --network host only.
    cat >"$RIG_HOME/daemon.json" <<END
{
  "hosts": ["$engine_host"],
  "data-root": "$RIG_HOME/engine",
  "exec-root": "$run/engine",
  "pidfile": "$run/engine.pid",
  "containerd": "$run/containerd.sock",
  "features": {"containerd-snapshotter": true},
  "bridge": "$(make_bridge)",
  "iptables": false,
  "ip6tables": false,
  "ip-forward": false,
  "ip-masq": false,
  "userland-proxy": false,
  "live-restore": false,
  "cgroup-parent": "/$cgroup",
  "exec-opts": ["native.cgroupdriver=cgroupfs"],
  "shutdown-timeout": 3
}
END
}

# RUN in a Dockerfile wants the default network to be there. 192.0.2.0/24 is reserved for
# documentation, so it is in nobody's way; dockerd itself would take any network and leave it behind.
make_bridge() {
    if ip link add "$bridge" type bridge 2>/dev/null; then
        touch "$RIG_HOME/made-bridge"
        ip address add 192.0.2.1/24 dev "$bridge"
        ip link set "$bridge" up
        echo "$bridge"
    else
        say "cannot make a bridge; containers and RUN need --network none or host"
        echo none
    fi
}

stop_engine() {
    # A borrowed engine, and its containers, stay.
    [[ -f $RIG_HOME/daemon.json ]] || return 0
    # Killed first, or dockerd waits for each container to heed the signal.
    kill_containers
    stop_daemon dockerd
    kill_containers
    stop_daemon containerd
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
    if [[ -f $RIG_HOME/made-bridge ]]; then ip link delete "$bridge" 2>/dev/null || true; fi
}

# After the last of the engine's processes.
remove_places() {
    [[ -f $RIG_HOME/made-places ]] || return 0
    # A shim that was killed leaves its socket; another containerd's would be in here only with its own beside.
    if grep -qx /run/containerd/s "$RIG_HOME/made-places" && ! [[ -e /run/containerd/containerd.sock ]]; then
        rm -f /run/containerd/s/*
    fi
    xargs -r rmdir 2>/dev/null <"$RIG_HOME/made-places" || true
}

kill_containers() {
    local pid
    find /sys/fs/cgroup -path "*/$cgroup/*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | while read -r pid; do
        kill -KILL "$pid" 2>/dev/null || true
    done
}
