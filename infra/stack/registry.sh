# shellcheck shell=bash
# Apicurio Registry on its Confluent-compatible path. The one part a machine may lack: it needs Java 21.

# Its absence fails only those who said they need the whole stack.
registry_install() {
  if registry_possible; then
    command -v curl >/dev/null || apt_install curl
    command -v curl >/dev/null || die "curl is not installed: install it"
    fetch_jars registry unpack
  else
    say "no schema registry: it needs Java 21 or later. Install one, or set JAVA_HOME"
    [[ ${TARANG_REQUIRE_STACK:-} != 1 ]] || die "TARANG_REQUIRE_STACK=1: the stack must be whole"
  fi
}

registry_possible() { find_java 21 >/dev/null; }

# Without the management settings it also listens on 0.0.0.0:9000. Without WRITE_DELAY=0 a kill forgets a schema's id
# and a later schema gets the same one.
registry_start() {
  local port
  choose_port registry 18081 "${TARANG_REGISTRY_PORT:-}"
  port=$(port_of registry)
  mkdir -p "$data/registry"
  launch registry env \
    QUARKUS_HTTP_HOST=127.0.0.1 QUARKUS_HTTP_PORT="$port" \
    QUARKUS_MANAGEMENT_HOST=127.0.0.1 QUARKUS_MANAGEMENT_PORT=$((port + 1)) \
    QUARKUS_HTTP_ACCESS_LOG_ENABLED=false QUARKUS_OTEL_SDK_DISABLED=true \
    APICURIO_STORAGE_KIND=sql APICURIO_STORAGE_SQL_KIND=h2 \
    APICURIO_DATASOURCE_USERNAME=sa APICURIO_DATASOURCE_PASSWORD=sa \
    APICURIO_DATASOURCE_URL="jdbc:h2:file:$data/registry/registry;WRITE_DELAY=0" \
    "$(find_java 21)" -Xmx512m -Dtarang.stack="$home/" -jar "$jars/registry/quarkus-run.jar"
}

registry_url() { echo "http://127.0.0.1:$(port_of registry)/apis/ccompat/v7"; }

registry_ask() { curl -sf --max-time 5 "$@"; }

# Registers a schema, reads it back by its id and deletes it: it listens well before it can do that.
registry_answers() {
  local subject id
  subject=$(registry_url)/subjects/stack-probe-$$
  id=$(registry_ask -d '{"schemaType":"JSON","schema":"{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}"}' \
    -H 'content-type: application/vnd.schemaregistry.v1+json' "$subject/versions") || return 1
  [[ $id =~ [0-9]+ ]] && registry_ask "$(registry_url)/schemas/ids/${BASH_REMATCH[0]}" | grep -q draft-07 || return 1
  registry_ask -X DELETE "$subject" >/dev/null &&
    registry_ask -X DELETE "$subject?permanent=true" >/dev/null
}

registry_env() { echo "SCHEMA_REGISTRY_URL=$(registry_url)"; }
