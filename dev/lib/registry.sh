# A registry on the loopback address that lets nobody in without a login.

registry_username=rig-user
# The dollar is there on purpose: it shows where a password goes through a shell or an interpolation.
registry_password='rig-pa$$word-7f3c'
registry_other_username=rig-other
registry_other_password=rig-other-word-91bd

start_registry() {
    local config=$RIG_HOME/registry.yml
    registry_port=$(free_port) || fail "finds no free port for the registry from 5000 to 5019 on 127.0.0.1"
    {
        htpasswd_line "$registry_username" "$registry_password"
        htpasswd_line "$registry_other_username" "$registry_other_password"
    } >"$RIG_HOME/htpasswd"
    cat >"$config" <<END
version: 0.1
log:
  accesslog: {disabled: false}
storage:
  filesystem: {rootdirectory: $RIG_HOME/registry}
  delete: {enabled: true}
http:
  addr: 127.0.0.1:$registry_port
  secret: only-this-process-has-it
auth:
  htpasswd: {realm: rig, path: $RIG_HOME/htpasswd}
END
    run_daemon registry "$root/usr/bin/docker-registry" serve "$config"
    wait_for registry 20 refuses_strangers
}

# Perl is on every Debian and its crypt is the C library's, which knows bcrypt: no package more for one line.
htpasswd_line() {
    PASSWORD=$2 perl -e 'printf "%s:%s\n", $ARGV[0], crypt($ENV{PASSWORD}, q($2y$05$) . "rigrigrigrigrigrigrigu")' "$1"
}

refuses_strangers() { [[ $(http_status) == 401 ]]; }

# By the shell's own TCP, for not every Debian has curl.
http_status() {
    (
        exec 3<>"/dev/tcp/127.0.0.1/$registry_port" || exit
        printf 'GET /v2/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
        read -r -t 5 _ code _ <&3
        echo "$code"
    ) 2>/dev/null
}

free_port() {
    local port
    for port in {5000..5019}; do
        if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$port"
            return
        fi
    done
    return 1
}
