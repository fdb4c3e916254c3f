# shellcheck shell=bash
# The Kannel that this machine has: bearerbox, which speaks SMPP with the network (smsc.sh), and smsbox, which speaks HTTP with
# Tarang. Like the registry a part that a machine may lack. Its ports: sendsms, the next for its state; another for the two boxes.

kannel_install() {
  kannel_installed || apt_install kannel
  kannel_possible || {
    say "no Kannel: install it (its bearerbox and smsbox), and run npm ci"
    [[ ${TARANG_REQUIRE_STACK:-} != 1 ]] || die "TARANG_REQUIRE_STACK=1: the stack must be whole"
  }
}

# Debian keeps the boxes off the PATH of those who are not root.
kannel_installed() { [[ -x $(kannel_bin bearerbox) && -x $(kannel_bin smsbox) ]]; }
kannel_bin() { PATH=$PATH:/usr/sbin:/usr/local/sbin command -v "$1"; }

kannel_possible() { kannel_installed && smsc_possible; }

# It parses what strangers send, so never as root.
as_kannel=()
((EUID)) || as_kannel=(setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups)

# Where user nobody cannot reach the project, its data lives in a folder named after the stack.
kannel_elsewhere=${postgres_elsewhere:?}-kannel

kannel_data() {
  if "${as_kannel[@]}" test -x "$data"; then echo "$data/kannel"; else echo "$kannel_elsewhere"; fi
}

# They take no second argument: pid_of does.
# smsbox tells warnings alone (-v 2): a level lower it writes every number and text into its log.
kannel_start() {
  local dir conf
  pid_of smsc >/dev/null || smsc_start
  kannel_end_smsbox 0
  dir=$(kannel_data) conf=$dir/kannel.conf
  choose_port kannel 13013 "${TARANG_KANNEL_PORT:-}"
  choose_port kannel-boxes 13015
  mkdir -p "$dir"
  kannel_settings "$dir" >"$conf"
  ((EUID)) || chown -R nobody: "$dir"
  launch kannel "${as_kannel[@]}" "$(kannel_bin bearerbox)" -v 1 "$conf" "$home/"
  kannel_awaits running
  launch kannel-smsbox "${as_kannel[@]}" "$(kannel_bin smsbox)" -v 2 "$conf" "$home/"
}

# When bearerbox ends as it should, smsbox ends with it, after up to $1 seconds; when it is killed smsbox starts itself again, under
# another pid. So those are looked for that name our folder.
kannel_end_smsbox() {
  local pids until=$((SECONDS + $1))
  while pids=$(kannel_smsboxes) && [[ -n $pids ]]; do
    # shellcheck disable=SC2086 # a word per pid
    ((SECONDS < until)) || kill -KILL $pids 2>/dev/null || true
    sleep 0.1
  done
  rm -f "$run/kannel-smsbox.pid"
}

kannel_smsboxes() { { grep -lszxF "$home/" /proc/[0-9]*/cmdline | xargs -r grep -lszE '(^|/)smsbox$' | cut -d/ -f3; } 2>/dev/null || true; }

# The configuration that containers have too (infra/kannel), everything on loopback.
kannel_settings() {
  local port boxes
  port=$(port_of kannel) boxes=$(port_of kannel-boxes)
  KANNEL_ADMIN_PORT=$((port + 1)) KANNEL_ADMIN_PASSWORD=stack KANNEL_BOXES_PORT=$boxes KANNEL_BEARERBOX_HOST=127.0.0.1 \
    KANNEL_SENDSMS_PORT=$port KANNEL_INTERFACE=127.0.0.1 KANNEL_CALLERS=127.0.0.1 KANNEL_STORE=$1/store \
    KANNEL_SMSC_HOST=127.0.0.1 KANNEL_SMSC_PORT=$(port_of smsc) KANNEL_SMSC_USER=tarang KANNEL_SMSC_PASSWORD=stack \
    KANNEL_USER=tarang KANNEL_PASSWORD=stack KANNEL_SENDER=8585 \
    KANNEL_INBOUND_URL=$(kannel_inbound) KANNEL_CALLBACK_KEY=$(kannel_key) \
    "$project/infra/kannel/settings"
}

# Where inbound texts go, and what tells Tarang that they come from here (SMS_CALLBACK_KEY).
kannel_inbound() { echo "${TARANG_KANNEL_INBOUND_URL:-http://127.0.0.1:3000/sms/inbound/kannel}"; }
kannel_key() { echo "${TARANG_KANNEL_CALLBACK_KEY:-the-key-of-the-stack}"; }

kannel_status() { echo "http://127.0.0.1:$(($(port_of kannel) + 1))/status.xml?password=stack"; }

kannel_awaits() {
  for _ in {1..100}; do
    http_says "$(kannel_status)" "$1" && return
    pid_of kannel >/dev/null || break
    sleep 0.1
  done
  die_of kannel "Kannel's bearerbox did not come up"
}

# Bearerbox has smsbox and the network, and smsbox takes requests: without credentials it refuses them.
kannel_answers() {
  http_says "$(kannel_status)" '<type>smsbox</type>' && http_says "$(kannel_status)" '<status>online' &&
    http_says "http://127.0.0.1:$(port_of kannel)/cgi-bin/sendsms" ' 403 '
}

kannel_env() {
  echo "KANNEL_URL=http://127.0.0.1:$(port_of kannel)/cgi-bin/sendsms"
  echo "KANNEL_STATUS_URL='$(kannel_status)'"
  echo "KANNEL_CALLBACK_KEY=$(kannel_key)"
}
