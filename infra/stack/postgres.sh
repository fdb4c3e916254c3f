# shellcheck shell=bash
# The PostgreSQL that this machine has, on data of our own. It refuses to run as root: then it runs as user postgres.

postgres_install() {
  postgres_bin >/dev/null || apt_install postgresql
  postgres_bin >/dev/null || die "PostgreSQL is not installed: install it (its initdb, postgres and psql)"
}

# The newest installed version's programs: Debian keeps them off the PATH.
postgres_bin() {
  local bin
  bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
  [[ -x $bin/initdb ]] || bin=$(dirname "$(command -v initdb)")
  [[ -x $bin/initdb && -x $bin/psql ]] && echo "$bin"
}

# setpriv becomes the command, where runuser stays in between as its parent: the pid kept is the server's own.
as_postgres=()
((EUID)) || as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)

# Where user postgres cannot reach the project, its data lives in a folder named after the stack.
postgres_elsewhere=/var/lib/tarang-stack-$(sha256sum <<<"$home" | cut -c1-12)

postgres_data() {
  if "${as_postgres[@]}" test -x "$data"; then echo "$data/postgres"; else echo "$postgres_elsewhere"; fi
}

postgres_start() {
  local bin dir
  bin=$(postgres_bin) dir=$(postgres_data)
  choose_port postgres 15432 "${TARANG_POSTGRES_PORT:-}"
  if [[ -f $dir/ready ]]; then postgres_forget "$dir"; else postgres_format "$bin" "$dir"; fi
  # Buffers and WAL as docker-compose.yml gives them: by default checkpoints write whole pages again and again under load.
  # tarang.stack means nothing to the server: pid_of knows our server by it
  launch postgres "${as_postgres[@]}" "$bin/postgres" -D "$dir" -p "$(port_of postgres)" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c shared_buffers=512MB -c max_wal_size=4GB -c max_connections=200 -c tarang.stack="$home/"
}

postgres_format() {
  local bin=$1 dir=$2
  rm -rf "$dir"
  mkdir -p "$dir"
  ((EUID)) || chown postgres: "$dir"
  {
    "${as_postgres[@]}" "$bin/initdb" -D "$dir" -U tarang --auth=trust -E UTF8 --locale=C.UTF-8 &&
      echo 'create database tarang' | "${as_postgres[@]}" "$bin/postgres" --single -D "$dir" postgres &&
      "${as_postgres[@]}" touch "$dir/ready"
  } >>"$logs/postgres.log" 2>&1 || die_of postgres "PostgreSQL's data could not be made"
}

# A killed server's pid file keeps the next one away while the pid exists: until it is reaped, which in a container
# may never happen, or longer if another program got the pid.
postgres_forget() {
  local pid
  pid=$(head -n 1 "$1/postmaster.pid" 2>/dev/null) || return 0
  for _ in {1..20}; do
    [[ -d /proc/$pid ]] || return 0
    sleep 0.1
  done
  grep -qsF "$home/" "/proc/$pid/cmdline" || rm "$1/postmaster.pid"
}

postgres_answers() {
  [[ $(PGCONNECT_TIMEOUT=2 "$(postgres_bin)/psql" "$(postgres_url)" -XtAc 'select 1' 2>/dev/null) == 1 ]]
}

postgres_url() { echo "postgres://tarang@127.0.0.1:$(port_of postgres)/tarang"; }

postgres_env() { echo "DATABASE_URL=$(postgres_url)"; }
