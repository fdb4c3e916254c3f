# shellcheck shell=bash
# The network behind Kannel, of our own: tests tell it over HTTP what to refuse, to delay and to report (smsc/script.ts).
# SMPP is on its port, the script on the next.

smsc_install() { smsc_possible || say "no network for Kannel: run npm ci"; }

smsc_possible() { [[ -d $project/node_modules/smpp && -d $project/node_modules/tsx ]] && command -v node >/dev/null; }

# Its working folder is the project's, where node finds tsx; our folder in the command is how pid_of knows it.
smsc_start() {
  local port
  choose_port smsc 12775 "${TARANG_SMSC_PORT:-}"
  port=$(port_of smsc)
  cd "$project" || return
  launch smsc node --import tsx infra/stack/smsc/main.ts "$port" $((port + 1)) "$home/"
  cd /
}

smsc_url() { echo "http://127.0.0.1:$(($(port_of smsc) + 1))"; }

smsc_answers() { http_says "$(smsc_url)/status" '"binds"'; }

smsc_env() { echo "SMSC_URL=$(smsc_url)"; }
