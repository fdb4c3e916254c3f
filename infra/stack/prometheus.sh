# shellcheck shell=bash
# Prometheus and its promtool, as Debian builds them. Taken out of the package and not installed: that needs no root, and
# no service of the machine's own is started. Like the registry a part that a machine may lack.

prometheus_install() {
  prometheus_bin >/dev/null || prometheus_fetch
  prometheus_bin >/dev/null || {
    say "no Prometheus: install it (its prometheus and promtool)"
    [[ ${TARANG_REQUIRE_STACK:-} != 1 ]] || die "TARANG_REQUIRE_STACK=1: the stack must be whole"
  }
}

# The folder of the programs: the machine's own, or ours.
prometheus_bin() {
  local bin
  for bin in "$(dirname "$(command -v prometheus)")" "$jars/prometheus/usr/bin"; do
    if [[ -x $bin/prometheus && -x $bin/promtool ]]; then
      echo "$bin"
      return
    fi
  done
  return 1
}

prometheus_fetch() {
  local package=$jars/prometheus.download
  command -v apt-get >/dev/null || return 0
  say "fetching prometheus by apt-get"
  rm -rf "$package" "$jars/prometheus"
  mkdir -p "$package"
  {
    ((EUID)) || apt-get update -qq
    (cd "$package" && apt-get download -qq -o APT::Sandbox::User=root prometheus && dpkg-deb -x ./*.deb "$jars/prometheus")
  } >>"$logs/install.log" 2>&1 || say "apt-get could not fetch prometheus: see $logs/install.log"
  rm -rf "$package"
}

prometheus_start() {
  local bin port
  bin=$(prometheus_bin)
  choose_port prometheus 19090 "${TARANG_PROMETHEUS_PORT:-}"
  port=$(port_of prometheus)
  mkdir -p "$(prometheus_targets)"
  prometheus_config >"$run/prometheus.yml"
  launch prometheus "$bin/prometheus" --config.file="$run/prometheus.yml" --storage.tsdb.path="$data/prometheus/tsdb" \
    --storage.tsdb.retention.time=2d --web.listen-address="127.0.0.1:$port" --web.enable-lifecycle
}

# Whoever wants an instance watched puts a file of targets here; Prometheus sees it at once.
prometheus_targets() { echo "$data/prometheus/targets"; }

# The rules are the project's own. A second between scrapes, so that tests need not wait for them.
prometheus_config() {
  cat <<YAML
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
rule_files: ['$project/infra/prometheus/alerts.yml']
scrape_configs:
  - job_name: tarang
    file_sd_configs: [{ files: ['$(prometheus_targets)/*.json'] }]
    static_configs: [{ targets: ['127.0.0.1:3000'] }]
YAML
}

prometheus_answers() {
  local line
  line=$(timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET /-/ready HTTP/1.0\r\n\r\n" >&3 && head -n 1 <&3' \
    "$(port_of prometheus)" 2>/dev/null) && [[ $line == *" 200 "* ]]
}

prometheus_env() {
  echo "PROMETHEUS_URL=http://127.0.0.1:$(port_of prometheus)"
  echo "PROMETHEUS_TARGETS=$(prometheus_targets)"
  echo "PROMTOOL=$(prometheus_bin)/promtool"
}
