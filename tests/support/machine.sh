# shellcheck shell=bash
# What the scripts under tests/ need of the machine: packages, free ports, a PostgreSQL cluster of
# their own. To be sourced. Needs root only where something is missing.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

# The path of a command, also where it is off the PATH of an ordinary user.
locate() {
  local place
  if place=$(command -v "$1"); then
    printf '%s\n' "$place"
    return
  fi
  place=$(compgen -G "/usr/sbin/$1" || compgen -G "/usr/lib/postgresql/*/bin/$1" | sort -V | tail -n 1)
  [ -n "$place" ] && [ -x "$place" ] && printf '%s\n' "$place"
}

# Where PostgreSQL's server programs lie, whatever links to them stand on the PATH.
postgres_binaries() { dirname "$(readlink -f "$(locate initdb)")"; }

# need COMMAND:PACKAGE…  Installs the packages of the commands that are missing; with none missing
# it touches nothing.
need() {
  local entry missing=()
  for entry in "$@"; do
    locate "${entry%%:*}" >/dev/null || missing+=("${entry#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "missing: ${missing[*]}. Run this once as root, or install them: apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || fail "missing: ${missing[*]}, and there is no apt-get here to install them with"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >&2
  apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >&2
  for entry in "$@"; do
    locate "${entry%%:*}" >/dev/null || fail "${entry#*:} is installed but ${entry%%:*} is not to be found"
  done
}

# A port that nobody listens on, below the range that outgoing connections take theirs from.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s\n' "$port"
}

# Runs a command as a user that PostgreSQL accepts: oneself, or `postgres` where that is root.
as_postgres() {
  if [ "$(id -u)" != 0 ]; then
    (cd / && "$@")
    return
  fi
  id postgres >/dev/null 2>&1 || useradd --system --user-group --no-create-home postgres
  (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- env HOME=/ "$@")
}

# start_cluster FOLDER [SETTING=VALUE…]  A fresh cluster in FOLDER (made here; short, for a socket
# lies in it), trusting 127.0.0.1. Sets cluster_port.
start_cluster() {
  local folder=$1 binaries setting attempt settings=''
  shift
  binaries=$(postgres_binaries)
  mkdir -p "$folder"
  [ "$(id -u)" != 0 ] || { as_postgres true && chown postgres:postgres "$folder"; }
  chmod 700 "$folder"
  as_postgres "$binaries/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"/dev/null"
  for setting in "$@"; do settings+=" -c $setting"; done
  for attempt in 1 2 3 4 5; do
    cluster_port=$(free_port)
    if as_postgres "$binaries/pg_ctl" start -D "$folder/data" -w -t 60 -s -l "$folder/log" \
      -o "-p $cluster_port -k $folder -c listen_addresses=127.0.0.1$settings" </dev/null >/dev/null 2>&1; then
      return
    fi
    say "PostgreSQL did not start on port $cluster_port (attempt $attempt)"
  done
  tail -n 20 "$folder/log" >&2 || true
  fail "PostgreSQL does not start"
}

# stop_cluster FOLDER  Stops the cluster, whatever its state, and removes it.
stop_cluster() {
  [ -d "$1" ] || return 0
  as_postgres "$(postgres_binaries)/pg_ctl" stop -D "$1/data" -m immediate -w -t 20 -s >/dev/null 2>&1 || true
  rm -rf "$1"
}
