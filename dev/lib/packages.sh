# Debian packages, unpacked and never installed: the machine's own packages and apt stay as they are.

# The engine's Go programs ask for no newer C library than Debian 12's, so one version serves both Debians.
engine_suite=trixie
# The newest buildx that still runs on Debian 12. RIG_BUILDX_SUITE=trixie gives 0.13.1.
buildx_suite=${RIG_BUILDX_SUITE:-forky}

# Sets packages to lines of "suite architecture name". runc and tini are linked to the C library and
# come from the machine's own suite; libseccomp2 and libsystemd0 are there, because apt needs them.
list_packages() {
    local arch
    packages="$engine_suite $architecture docker-registry
$engine_suite $architecture qemu-user
$codename $architecture busybox-static"
    for arch in arm64 armhf amd64; do
        if [[ $arch != "$architecture" ]]; then packages+=$'\n'"$codename $arch busybox-static"; fi
    done
    if [[ $engine_is_ours ]]; then
        packages+="
$engine_suite $architecture containerd
$engine_suite $architecture docker.io
$engine_suite $architecture docker-cli
$buildx_suite $architecture docker-buildx
$codename $architecture runc
$codename $architecture tini"
    fi
}

# deb SUITE ARCHITECTURE NAME: the package's file in the cache, or nothing.
deb() {
    local file
    for file in "$RIG_CACHE/$1/$3"_*_"$2".deb; do
        if [[ -f $file ]]; then echo "$file"; fi
    done | tail -n 1
}

fetch_packages() {
    local suite arch name group
    declare -A wanted=()
    list_packages
    while read -r suite arch name; do
        if [[ $(deb "$suite" "$arch" "$name") ]]; then continue; fi
        group=$suite
        if [[ $arch == armhf ]]; then group+=' optional'; fi
        wanted[$group]+=" $name:$arch/$suite"
    done <<<"$packages"
    if ((${#wanted[@]} == 0)); then return; fi
    say "fetching packages into $RIG_CACHE"
    write_sources
    # apt gives up a whole suite when one architecture's index is out of step on a mirror, which we have
    # seen: a second try does without the least important one. What is missing then shows below.
    if ! private_apt update >"$log/apt.log" 2>&1; then
        sed -i '/arch=armhf/d' "$RIG_HOME/apt/sources.list"
        private_apt update >>"$log/apt.log" 2>&1 || true
    fi
    for group in "${!wanted[@]}"; do
        # shellcheck disable=SC2086
        fetch ${group/ optional/} ${wanted[$group]} && continue
        [[ $group == *optional ]] || fail "cannot fetch with this machine's apt sources:${wanted[$group]}"
        say "going on without${wanted[$group]}"
    done
}

# One call a suite, for apt reads all its lists each time.
fetch() {
    local suite=$1 fresh=$RIG_HOME/apt/fresh
    shift
    mkdir -p "$fresh" "$RIG_CACHE/$suite"
    if ! (cd "$fresh" && private_apt download "$@" >>"$log/apt.log" 2>&1); then
        grep '^E:' "$log/apt.log" | tail -n 3 >&2
        return 1
    fi
    # Moved into the cache when all are whole: an interrupted download must not be taken for a package.
    mv "$fresh"/*.deb "$RIG_CACHE/$suite/"
}

private_apt() {
    local dir=$RIG_HOME/apt options=() arch
    mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
    for arch in amd64 arm64 armhf; do options+=(-o "APT::Architectures::=$arch"); done
    # As root: apt's own user may not write into the rig's directory.
    apt-get -o Dir::State="$dir/state" -o Dir::State::status=/dev/null -o Dir::Cache="$dir/cache" \
        -o Dir::Etc::SourceList="${sources-$dir/sources.list}" -o Dir::Etc::SourceParts="${source_parts-/dev/null}" \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
        -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::http::Timeout=20 \
        "${options[@]}" "$@"
}

# A copy of the machine's source of Debian itself, for the suites that the rig takes packages from.
write_sources() {
    local uri suite arch key=/usr/share/keyrings/debian-archive-keyring.gpg
    uri=$(debian_uri apt-get)
    if ! [[ $uri ]]; then
        # Never updated, as in a fresh container: apt knows the origins only afterwards.
        local sources=/etc/apt/sources.list source_parts=/etc/apt/sources.list.d
        private_apt update >"$log/apt.log" 2>&1 || true
        uri=$(debian_uri private_apt)
        unset sources source_parts
    fi
    [[ $uri ]] || fail "finds no source of Debian $codename (main) among this machine's apt sources"
    # Readable by root alone, for the address may hold a password.
    (
        umask 077
        cut -d' ' -f1,2 <<<"$packages" | sort -u | while read -r suite arch; do
            if [[ -r $key ]]; then
                echo "deb [arch=$arch signed-by=$key] $uri $suite main"
            else
                echo "deb [arch=$arch] $uri $suite main"
            fi
        done >"$RIG_HOME/apt/sources.list"
    )
}

# apt reads both formats of its source lists itself, and the origin tells Debian's own from the others.
debian_uri() {
    mkdir -p "$RIG_HOME/apt"
    "$1" indextargets --format '$(CREATED_BY) $(ORIGIN) $(RELEASE) $(COMPONENT) $(REPO_URI)' |
        sed -n "s/^Packages Debian $codename main //p" | head -n 1
}

unpacking=()

unpack_packages() {
    local suite arch name file job
    say "unpacking"
    mkdir -p "$root" "$RIG_HOME/bin" "$RIG_HOME/busybox"
    while read -r suite arch name; do
        file=$(deb "$suite" "$arch" "$name")
        case $name in
            busybox-static) if [[ $file ]]; then unpack_busybox "$file" "$arch" & else continue; fi ;;
            # Thirty emulators of fifteen megabytes each, of which a handful is needed.
            qemu-user) dpkg-deb --fsys-tarfile "$file" | tar -x -C "$root" ./usr/share/qemu/binfmt.d "${emulators[@]/#/./usr/bin/qemu-}" & ;;
            *) dpkg -x "$file" "$root" & ;;
        esac
        unpacking+=($!)
    done <<<"$packages" 2>"$log/unpack.log"
    for job in "${unpacking[@]}"; do
        wait "$job" || fail "cannot unpack the packages in $RIG_CACHE; remove that directory and try again"
    done
    rm -rf "$RIG_HOME/apt"
    if [[ $engine_is_ours ]]; then
        "$buildx" version >/dev/null 2>&1 || fail "buildx of Debian $buildx_suite does not run here; try RIG_BUILDX_SUITE=$engine_suite"
    fi
}

# Under Docker's name of the architecture, as in the TARGETARCH of a Dockerfile.
unpack_busybox() {
    local target=$RIG_HOME/busybox/busybox-${2/armhf/arm}
    # /bin in Debian 12's package, /usr/bin in later ones.
    dpkg-deb --fsys-tarfile "$1" | tar -x -O --wildcards '*/bin/busybox' >"$target"
    chmod 755 "$target"
}
