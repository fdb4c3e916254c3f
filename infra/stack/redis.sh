# shellcheck shell=bash
# The Redis that this machine has, as a cache: bounded, nothing kept on disk.

redis_install() {
  command -v redis-server >/dev/null || apt_install redis-server
  command -v redis-server >/dev/null || die "Redis is not installed: install it (its redis-server and redis-cli)"
}

redis_start() {
  choose_port redis 16379 "${TARANG_REDIS_PORT:-}"
  redis_settings >"$run/redis.conf"
  launch redis redis-server "$run/redis.conf"
}

# Redis writes its own command line: our folder in it is how pid_of knows our server.
redis_settings() {
  cat <<EOF
bind 127.0.0.1
port $(port_of redis)
dir $run
save ""
appendonly no
maxmemory 64mb
maxmemory-policy allkeys-lru
proc-title-template "{title} {listen-addr} $home/"
EOF
}

redis_answers() { [[ $(timeout 2 redis-cli -p "$(port_of redis)" ping 2>/dev/null) == PONG ]]; }

redis_env() { echo "REDIS_URL=redis://127.0.0.1:$(port_of redis)"; }
