# A Maven that can load Jenkins' hpi packaging, and whether Jenkins' artifacts can be had. Sourced by verify and demo/run.

maven_wanted=3.9.6      # the oldest that the hpi packaging loads in
maven_fetched=3.9.11    # what is fetched where the machine's own is older
maven_cache=${XDG_CACHE_HOME:-$HOME/.cache}/multi-arch-build

# Set by find_maven; too_old is empty or says what is wrong with it.
mvn=
maven_too_old=
# What the caller wants every Maven to be told, for example -Dmaven.repo.local=DIRECTORY.
maven_arguments=()

maven() { "$mvn" -B -ntp "${maven_arguments[@]}" "$@"; }

# The machine's own Maven if it is new enough, else one of our own from Maven Central, kept for the next time.
find_maven() {
    local own version fetched=$maven_cache/apache-maven-$maven_fetched/bin/mvn
    own=$(command -v mvn) || { echo "Needs Maven on the PATH (Debian: apt-get install maven)." >&2; return 1; }
    # Debian's 3.8 writes an escape sequence before it, whatever it is told.
    version=$("$own" --version 2>&1 | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p')
    mvn=$own
    if is_version "$version" "$maven_wanted"; then return 0; fi
    if ! [[ -x $fetched ]]; then
        echo "This machine's Maven is $version; fetching $maven_fetched from Maven Central to $maven_cache ..." >&2
        if ! fetch_maven "$own"; then
            maven_too_old="Maven $version is older than $maven_wanted, and $maven_fetched could not be fetched from Maven Central"
            return 0
        fi
    fi
    mvn=$fetched
}

# In a directory of its own: neither this project's pom.xml nor its .mvn has a say in it.
fetch_maven() {
    local work
    mkdir -p "$maven_cache"
    work=$(mktemp -d "$maven_cache/fetching.XXXXXX")
    # shellcheck disable=SC2086 # Maven before 3.9 does not read MAVEN_ARGS itself, which holds several words
    (cd "$work" && "$1" -B -q -C ${MAVEN_ARGS:-} "${maven_arguments[@]}" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.apache.maven:apache-maven:$maven_fetched:tar.gz:bin" -DoutputDirectory="$work" &&
        tar -xzf apache-maven-*.tar.gz) >&2 &&
        # Two may fetch at once; the second finds it there.
        { mv -T "$work/apache-maven-$maven_fetched" "$maven_cache/apache-maven-$maven_fetched" 2>/dev/null ||
            [[ -x $maven_cache/apache-maven-$maven_fetched/bin/mvn ]]; }
    local state=$?
    rm -rf "$work"
    return $state
}

# is_version HAVE WANTED
is_version() { [[ $(printf '%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# Whether the plugin's parent, its dependencies and the Jenkins for its tests are in the local repository or can be
# fetched. -U, for Maven would else believe in failed attempts of an earlier day; the short time limit of a connection is
# for networks that swallow what they do not want.
jenkins_resolves() {
    maven -q -U -Daether.connector.connectTimeout=5000 -Daether.connector.http.retryHandler.count=1 "$@" dependency:resolve
}

# why_not LOG: one line on what a Maven could not fetch.
why_not() {
    { grep -o -m 1 'Could not .*' "$1" || grep -m 1 ERROR "$1" || echo "Maven gave no reason"; } |
        sed -e "s/ and 'parent.relativePath.*//" -e 's/ -> \[Help.*//' -e 1q
}
