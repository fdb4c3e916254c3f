# shellcheck shell=bash
# What all servers share: what they need installed, their ports, their pids.

say() { echo "stack: $*" >&2; }
die() { say "$@"; exit 1; }

# Dies with the end of the log $1.
die_of() {
  tail -n 8 "$logs/$1.log" >&2
  die "${@:2}: see $logs/$1.log"
}

# Prints the first Java of version $1 or later.
find_java() {
  local java version
  for java in "${JAVA_HOME:-}/bin/java" "$(command -v java)" /usr/lib/jvm/*/bin/java /opt/*/bin/java /opt/java/*/bin/java \
    /usr/local/*/bin/java "${HOME:-}"/.sdkman/candidates/java/*/bin/java; do
    [[ -x $java ]] || continue
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
    if ((version >= $1)); then
      echo "$java"
      return
    fi
  done
  return 1
}

# Tries: the caller looks for what it needs afterwards.
apt_install() {
  ((EUID == 0)) && command -v apt-get >/dev/null || return 0
  say "installing $1 by apt-get"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } >>"$logs/install.log" 2>&1 ||
    say "apt-get could not install $1: see $logs/install.log"
}

# Has Maven run the goal $2 that pom.xml configures for the part $1. The pom is kept beside the jars: it tells their versions.
fetch_jars() {
  local java
  cmp -s "$here/pom.xml" "$jars/$1/pom.xml" && return
  command -v mvn >/dev/null || apt_install maven
  command -v mvn >/dev/null || die "Maven is not installed: install it (its mvn)"
  say "fetching $1 by Maven"
  java=$(find_java 17)
  rm -rf "${jars:?}/$1"
  JAVA_HOME=${java%/bin/java} mvn -B -ntp -q -f "$here/pom.xml" "-Dstack.jars=$jars" "dependency:$2@$1" >>"$logs/install.log" 2>&1 ||
    die_of install "Maven could not fetch $1"
  cp "$here/pom.xml" "$jars/$1/pom.xml"
}

listening() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# True when what the loopback address $1 answers, head and all, has $2 in it.
http_says() {
  local port=${1#http://127.0.0.1:} said
  local path=/${port#*/}
  said=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET %s HTTP/1.0\r\n\r\n" "$1" >&3 && cat <&3' \
    "${port%%/*}" "$path" 2>/dev/null)
  [[ $said == *"$2"* ]]
}

port_of() { cat "$run/$1.port" 2>/dev/null; }

# Chooses the port of $1: the wanted one ($3); else the last one; else the first of $2, $2 + 10, … that is free together
# with the next, which Kafka's controller and the registry's management take.
choose_port() {
  local port=${3:-$(port_of "$1")}
  if [[ -z $port ]] || ! let_go "$port"; then
    [[ -z ${3:-} ]] || die "port $port, wanted for $1, is in use by another program"
    flock 8 # till this command ends and its servers listen, no other checkout chooses
    for ((port = $2; ; port += 10)); do listening "$port" || listening $((port + 1)) || break; done
  fi
  echo "$port" >"$run/$1.port"
}

# A killed server holds its port for a moment after its end.
let_go() {
  for _ in {1..10}; do
    listening "$1" || return 0
    sleep 0.1
  done
  return 1
}

# Starts a server that outlives this shell, without this shell's locks.
launch() {
  setsid "${@:2}" </dev/null >>"$logs/$1.log" 2>&1 8>&- 9>&- &
  echo $! >"$run/$1.pid"
}

# Prints the pid of $1 if it runs. A pid may have gone to another process: every server of ours names our folder in its command.
pid_of() {
  local pid
  pid=$(cat "$run/$1.pid" 2>/dev/null) && grep -qsF "$home/" "/proc/$pid/cmdline" && echo "$pid"
}

# Waits until $1 answers.
await() {
  local pid until=$((SECONDS + 120))
  pid=$(<"$run/$1.pid")
  while kill -0 "$pid" 2>/dev/null && ((SECONDS < until)); do
    "$1_answers" && return
    sleep 0.1
  done
  die_of "$1" "$1 did not come up"
}

# Ends $1 with the signal $2, and with KILL where that takes over 20 seconds.
end() {
  local pid signal=$2 until=$((SECONDS + 20))
  if pid=$(pid_of "$1"); then
    [[ $signal == KILL ]] || kill "-$signal" "$pid"
    while pid_of "$1" >/dev/null; do
      if [[ $signal == KILL ]] || ((SECONDS >= until)); then
        # shellcheck disable=SC2046 # a word per pid
        kill -KILL "$pid" $(children "$pid") 2>/dev/null || true
      fi
      sleep 0.1
    done
  fi
  rm -f "$run/$1.pid"
  say "$1 is down"
}

# PostgreSQL's backends live on for a while after it is killed, and keep it from starting again.
children() { grep -lsP "^PPid:\t$1$" /proc/[0-9]*/status | cut -d/ -f3; }
