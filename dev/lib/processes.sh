# Daemons that outlive the shell which started them, and their end.

# run_daemon NAME COMMAND...: its own session, so that no terminal or build server takes it along.
run_daemon() {
    local name=$1
    shift
    setsid "$@" </dev/null >>"$log/$name.log" 2>&1 9>&- &
    echo $! >"$run/$name.pid"
}

# A process id alone may belong to another process by now; the rig's daemons all name its directory.
is_running() {
    local pid
    [[ -f $run/$1.pid ]] && pid=$(<"$run/$1.pid") && [[ $pid ]] || return 1
    tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$RIG_HOME/"
}

# wait_for NAME SECONDS CONDITION...: until the condition holds, or the daemon ended, or the time is over.
wait_for() {
    local name=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@"; do
        # Not is_running: right after its start a process still bears the shell's command line.
        if ! is_alive "$(<"$run/$name.pid")" || ((SECONDS >= deadline)); then
            tail -n 15 "$log/$name.log" >&2
            fail "$name did not start; its last lines are above"
        fi
        sleep 0.05
    done
}

stop_daemon() {
    local pid
    if is_running "$1"; then
        pid=$(<"$run/$1.pid")
        kill "$pid" 2>/dev/null || true
        wait_gone "$pid" 20 || kill -KILL "$pid" 2>/dev/null || true
        wait_gone "$pid" 5 || true
    fi
    rm -f "$run/$1.pid"
}

# A zombie is dead; it waits for a parent that may not care.
is_alive() { grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

wait_gone() {
    local deadline=$((SECONDS + $2))
    while is_alive "$1"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# What a killed daemon left: container shims, runc, an emulator that still runs.
stop_strays() {
    local exe pid
    for exe in /proc/[0-9]*/exe; do
        [[ $(readlink "$exe" 2>/dev/null) == "$RIG_HOME"/* ]] || continue
        pid=${exe#/proc/}
        pid=${pid%/exe}
        kill -KILL "$pid" 2>/dev/null && wait_gone "$pid" 5 || true
    done
}

unmount_all() {
    local mount
    # The deepest first; a lazy unmount for what a dying process still holds.
    cut -d' ' -f5 /proc/self/mountinfo | sort -r | while read -r mount; do
        if [[ $mount == "$RIG_HOME"/* ]]; then umount "$mount" 2>/dev/null || umount -l "$mount"; fi
    done
}
