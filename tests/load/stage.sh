# shellcheck shell=bash
# The stage of the load scripts: a release build, a server on a fresh database, a link to click, and
# the gauges: rows, CPU, memory, spool. To be sourced; begin_stage comes first.
#
# SWITCHYARD_BINARY names a built binary to measure instead of building one, SWITCHYARD_LOAD_FOLDER
# where the data goes (a real disk; /var/tmp by default).

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/support/machine.sh
. "$root/tests/support/machine.sh"

server_pid=''
nginx_pid=''

# begin_stage sqlite|postgres  Builds, and makes the folder that everything lives in.
begin_stage() {
  database=$1
  case $database in sqlite | postgres) ;; *) fail "the database is sqlite or postgres, not $database" ;; esac
  need curl:curl wrk:wrk nginx:nginx-light
  if [ "$database" = sqlite ]; then need sqlite3:sqlite3; else need initdb:postgresql; fi
  build
  stage=$(mktemp -d "${SWITCHYARD_LOAD_FOLDER:-/var/tmp}/switchyard-load.XXXXXX")
  chmod 755 "$stage"
  trap end_stage EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  database_options=()
  [ "$database" = sqlite ] || begin_cluster
  # wrk and the server together need a few hundred files.
  ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
}

build() {
  local target=${CARGO_TARGET_DIR:-$root/target}
  binary=${SWITCHYARD_BINARY:-$target/release/switchyard}
  [ -n "${SWITCHYARD_BINARY:-}" ] || (cd "$root" && cargo build --release --bin switchyard >&2)
  [ -x "$binary" ] || fail "there is no $binary"
}

# As durable as in production; only the sizes are those of a small server.
begin_cluster() {
  start_cluster "$stage/postgres" shared_buffers=256MB max_wal_size=4GB
  cluster_pid=$(head -n 1 "$stage/postgres/data/postmaster.pid")
  database_options=(--database-url "postgres://postgres@127.0.0.1:$cluster_port/switchyard")
  query_postgres 'create database switchyard' postgres
}

end_stage() {
  [ -z "$server_pid" ] || kill -9 "$server_pid" 2>/dev/null || true
  [ -z "$nginx_pid" ] || kill "$nginx_pid" 2>/dev/null || true
  stop_cluster "$stage/postgres"
  rm -rf "$stage"
}

# start_server  Serves the stage's data folder; sets server_pid, url and ready_millis.
start_server() {
  local began
  port=${port:-$(free_port)}
  url=http://127.0.0.1:$port
  began=$(millis)
  "$binary" serve --listen "127.0.0.1:$port" --data "$stage/data" "${database_options[@]}" \
    --trusted-proxies 127.0.0.1/32 </dev/null >>"$stage/server.log" 2>&1 &
  server_pid=$!
  until [ "$(curl -s -o /dev/null -m 5 -w '%{http_code}' "$url/readyz" || true)" = 200 ]; do
    kill -0 "$server_pid" 2>/dev/null || { tail -n 20 "$stage/server.log" >&2; fail "the server ended at its start"; }
    [ $(($(millis) - began)) -lt 60000 ] || fail "the server is not ready within 60 s"
    sleep 0.02
  done
  ready_millis=$(($(millis) - began))
}

stop_server() {
  kill -TERM "$server_pid"
  wait "$server_pid" || fail "the server ended with $? on SIGTERM"
  server_pid=''
}

# A network with one offer that takes every visitor, one partner, and their tracking link: sets
# api_key and click_path. All by the command line and the API, as a newcomer would.
setup_link() {
  local made advertiser offer partner
  made=$(printf 'correct horse battery staple' | "$binary" setup --network Load --email load@example.com \
    --password-stdin --json --data "$stage/data" "${database_options[@]}" 2>>"$stage/server.log")
  api_key=$(printf '%s' "$made" | value_of api_key)
  start_server
  advertiser=$(api POST advertisers '{"name": "Advertiser"}' | value_of id)
  offer=$(api POST offers "{\"name\": \"Offer\", \"advertiser_id\": \"$advertiser\",
    \"payout\": {\"type\": \"cpa\", \"amount\": \"1\"}, \"revenue\": {\"type\": \"rpa\", \"amount\": \"2\"}}" | value_of id)
  api POST "offers/$offer/landing-pages" '{"name": "Page", "url": "https://offer.example/?cid={clickid}&geo={country}"}' >/dev/null
  partner=$(api POST partners '{"name": "Partner"}' | value_of id)
  click_path=$(api GET "links?partner_id=$partner&offer_id=$offer" | value_of url | sed 's|^[a-z]*://[^/]*||; s|?.*||')
}

# fill_history CLICKS  What `demo` makes, with so many clicks behind it; its line stands in $stage/demo.json.
fill_history() {
  mkdir -p "$stage/data"
  "$binary" demo --listen "127.0.0.1:$(free_port)" --data "$stage/data" "${database_options[@]}" --history-clicks "$1" --rate 0 --json \
    </dev/null >"$stage/demo.json" 2>>"$stage/server.log" &
  server_pid=$!
  until [ -s "$stage/demo.json" ]; do
    kill -0 "$server_pid" 2>/dev/null || { tail -n 20 "$stage/server.log" >&2; fail "demo ended before it was ready"; }
    sleep 0.2
  done
  stop_server
}

# serve_history CLICKS  The same, served: sets api_key.
serve_history() {
  fill_history "$1"
  api_key=$(value_of api_key <"$stage/demo.json")
  start_server
}

# api METHOD PATH [JSON]  The answer's body; an answer that is no success ends the script.
api() {
  local body=()
  [ $# -lt 3 ] || body=(-H 'Content-Type: application/json' --data "$3")
  curl -sS -m 60 --fail-with-body -X "$1" -H "Authorization: Bearer $api_key" "${body[@]}" "$url/api/v1/$2" ||
    fail "$1 /api/v1/$2 failed"
}

# value_of NAME  The first text of that name in the JSON on stdin.
value_of() {
  local value
  value=$(tr '\n' ' ' | grep -o "\"$1\" *: *\"[^\"]*\"" | sed -n '1s/.*"\([^"]*\)"$/\1/p') || fail "the answer holds no $1"
  printf '%s\n' "$value"
}

millis() { echo $(($(date +%s%N) / 1000000)); }

# metric NAME  Its value, summed over its labels.
metric() {
  curl -s -m 5 "$url/metrics" | awk -v name="$1" '{ split($1, part, "{") } part[1] == name { sum += $2; seen = 1 }
    END { if (seen) printf "%d\n", sum; else print "missing" }'
}

# Waits until all that was answered is in the database. 120 s at most.
await_drained() {
  local began depth
  began=$(millis)
  while true; do
    depth=$(metric switchyard_spool_depth)
    [ "$depth" != missing ] || fail "/metrics shows no switchyard_spool_depth"
    [ "$depth" != 0 ] || return 0
    [ $(($(millis) - began)) -lt 120000 ] || fail "the spool still holds $depth after 120 s"
    sleep 0.02
  done
}

query_postgres() {
  "$(locate psql)" -X -q -At -h 127.0.0.1 -p "$cluster_port" -U postgres -d "${2:-switchyard}" -c "$1"
}

# Rows of clicks in the database itself.
stored_clicks() {
  case $database in
    sqlite) sqlite3 -readonly "$stage/data/switchyard.db" 'select count(*) from clicks' ;;
    postgres) query_postgres 'select count(*) from clicks' ;;
  esac
}

# descendants PID  The process and every process under it.
descendants() {
  local child
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do descendants "$child"; done
}

# cpu_micros PID…  User and system time so far of these processes and all under them, with those
# that have ended.
cpu_micros() {
  local pid
  for pid in "$@"; do descendants "$pid"; done | while read -r pid; do cat "/proc/$pid/stat" 2>/dev/null || true; done |
    awk -v hertz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); ticks += $12 + $13 + $14 + $15 } END { printf "%.0f\n", ticks * 1e6 / hertz }'
}

# The processes whose work a click costs: the server, and the database where it is one of its own.
our_processes() { echo "$server_pid" "${cluster_pid:-}"; }

# Resident memory of the server in whole MB.
server_memory() { awk '/^VmRSS/ { printf "%d\n", $2 / 1024 }' "/proc/$server_pid/status"; }

# start_nginx  The yardstick, on nginx_port.
start_nginx() {
  nginx_port=$(free_port)
  sed -e "s|FOLDER|$stage|g; s|PORT|$nginx_port|; s|TARGET|https://offer.example/?cid=0123456789abcdef0123456789abcdef\&geo=DE|" \
    "$root/tests/load/nginx.conf" >"$stage/nginx.conf"
  "$(locate nginx)" -c "$stage/nginx.conf" -e "$stage/nginx.error.log"
  nginx_pid=$(cat "$stage/nginx.pid")
}

# load URL SECONDS  The standard load; prints wrk's result line and fails where a request failed.
load() {
  local line
  line=$("$(locate wrk)" -t2 -c64 "-d${2}s" --latency -s "$root/tests/load/clicks.lua" "$1" -- "$root/tests/load/user_agents.txt" |
    grep '^RESULT')
  [[ $line == *" failed=0"* ]] || say "warning: requests failed: $line"
  printf '%s\n' "$line"
}

# field LINE NAME  A number of a result line.
field() { sed "s/.* $2=\([0-9]*\).*/\1/" <<<"$1"; }

# Medians, one a column, of the lines of numbers on stdin.
medians() {
  awk '{ for (i = 1; i <= NF; i++) cell[NR, i] = $i; columns = NF }
    END {
      for (i = 1; i <= columns; i++) {
        for (row = 1; row <= NR; row++) sorted[row] = cell[row, i] + 0
        for (a = 2; a <= NR; a++) for (b = a; b > 1 && sorted[b - 1] > sorted[b]; b--) { keep = sorted[b]; sorted[b] = sorted[b - 1]; sorted[b - 1] = keep }
        middle = NR % 2 ? sorted[(NR + 1) / 2] : (sorted[NR / 2] + sorted[NR / 2 + 1]) / 2
        printf "%s%.6g", (i > 1 ? " " : ""), middle
      }
      print ""
    }'
}
