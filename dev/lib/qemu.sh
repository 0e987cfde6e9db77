# QEMU in the kernel's binfmt_misc, so that programs of other architectures just run.

binfmt=/proc/sys/fs/binfmt_misc
emulators=(aarch64 arm ppc64le riscv64 s390x)
if [[ $HOSTTYPE == aarch64 ]]; then emulators=(x86_64 ppc64le riscv64 s390x); fi

register_qemu() {
    local name definition
    if ! [[ -e $binfmt/register ]]; then
        mount -t binfmt_misc binfmt_misc "$binfmt" || fail "cannot mount binfmt_misc, which QEMU needs"
        touch "$RIG_HOME/mounted-binfmt"
    fi
    : >"$RIG_HOME/registered"
    for name in "${emulators[@]}"; do
        definition=$(<"$root/usr/share/qemu/binfmt.d/qemu-$name.conf")
        if has_emulator "$definition"; then continue; fi
        # :name:M:offset:magic:mask:interpreter:flags. F opens the emulator now, for containers do not see its file;
        # the rig's own name keeps apart what others registered. The suite's flags O and P ask for a link's name.
        IFS=: read -r _ _ type offset magic mask _ <<<"$definition"
        echo "multi-arch-build-rig-$name" >>"$RIG_HOME/registered"
        printf '%s' ":multi-arch-build-rig-$name:$type:$offset:$magic:$mask:$root/usr/bin/qemu-$name:FOC" \
            >"$binfmt/register" || fail "the kernel refuses the emulator for $name"
    done
}

# Somebody's emulator for the same programs, which works in containers too, is as good.
has_emulator() {
    local magic entry
    magic=$(cut -d: -f5 <<<"$1" | sed 's/\\x//g')
    for entry in "$binfmt"/*; do
        if grep -qs '^enabled' "$entry" && grep -qs "^magic $magic\$" "$entry" && grep -qs '^flags:.*F' "$entry"; then
            return 0
        fi
    done
    return 1
}

expected_of_us() { sort "$RIG_HOME/registered" 2>/dev/null || true; }

registered_by_us() {
    local name
    expected_of_us | while read -r name; do
        if [[ -e $binfmt/$name ]]; then echo "$name"; fi
    done
}

unregister_qemu() {
    local name
    for name in $(registered_by_us); do
        echo -1 >"$binfmt/$name" || true
    done
    if [[ -e $RIG_HOME/mounted-binfmt ]]; then umount "$binfmt" 2>/dev/null || true; fi
}
