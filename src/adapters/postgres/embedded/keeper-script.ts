/**
 * The keeper in POSIX sh: one process of 1 MB instead of a Node of 40. Text, not a file, because the uid it runs as
 * may be unable to read the package's folder.
 *
 * Stopping without ever hitting a client: announce it (who attaches now waits at the start lock), look for marks of
 * those who attached before (see attach.ts), take the socket's name away (pools that reconnect find no server instead of
 * being cut off), look for clients once more; somebody there → give the name back, nobody → stop. Linux counts
 * connections in /proc/net/unix, where even those not yet accepted stand; elsewhere the titles of the server's processes
 * are counted.
 *
 * Exit codes of `once`: 0 stopped, 3 in use, 4 not running, 5 door already closed by somebody else, 6 will not stop.
 */
export const keeperScript = `
mode=$1 data=$2 folder=$3 mark=$4 reference=$5 idle_ms=$6 step=$7 step_ms=$8
socket=$folder/.s.PGSQL.5432

identity_of() {
  identity=$1-
  [ -d /proc/self ] || return 0
  stat=
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || { identity=; return 1; }
  stat=\${stat##*) }
  set -- "$1" $stat
  identity=$1-\${21}
  case $2 in Z|X) identity=;; esac
}

find_postmaster() {
  pg=
  { read -r pg < "$data/postmaster.pid"; } 2>/dev/null || return 1
  kill -0 "$pg" 2>/dev/null || return 1
  if [ -d /proc/self ]; then [ "/proc/$pg/cwd" -ef "$data" ]; return; fi
  case $(ps -o command= -p "$pg") in *"$data"*) return 0;; esac
  return 1
}

has_clients() {
  if [ -r /proc/net/unix ]; then
    known=$(grep -F " $socket" /proc/net/unix)
    # Not even the listener: this is another network namespace and says nothing about the server.
    [ -n "$known" ] || return 0
    echo "$known" | grep -q ' 00000000 0001 0[23] '
    return
  fi
  # Without a ps that understands this nobody knows, so somebody may be there.
  known=$(ps -A -o ppid= -o command=) || return 0
  echo "$known" | grep "^ *$pg " | grep -q '\\[local\\]'
}

await_end() {
  waited=0 ending=$pg
  # Not the next server, which may be there within a moment.
  while find_postmaster && [ "$pg" = "$ending" ]; do
    [ $waited -lt 1200 ] || return 6
    waited=$((waited + 1))
    sleep 0.05
  done
}

open_door() {
  [ -e "$socket" ] || mv "$taken$1" "$socket"
  rm -f "$taken$1" "$intent$1"
}

stop_if_unused() {
  find_postmaster || return 4
  has_clients && return 3
  : > "$intent$own" || return 5
  if [ "$mark" -nt "$reference" ]; then rm -f "$intent$own"; return 3; fi
  mv "$socket" "$taken$own" 2>/dev/null || { rm -f "$intent$own"; return 5; }
  sleep 0.1
  if has_clients; then open_door "$own"; return 3; fi
  # Before the server ends: after that, these could be those of the next one.
  rm -f "$folder/keeper"
  kill -INT "$pg" 2>/dev/null
  await_end || return 6
  rm -f "$taken$own" "$intent$own"
  return 0
}

# A closer that was killed half way leaves a server without a name.
open_abandoned_doors() {
  for file in "$taken"* "$intent"*; do
    [ -e "$file" ] || continue
    closer=\${file##*closing.}
    identity_of "\${closer%%-*}"
    [ "$identity" = "$closer" ] || open_door "$closer"
  done
}

intent=$folder/closing.
taken=$socket.closing.
identity_of $$
own=$identity
if [ "$mode" = once ]; then stop_if_unused; exit $?; fi

echo "$own" > "$folder/keeper"
: > "$reference"
idle=0 absent=0
while sleep "$step"; do
  current=
  { read -r current < "$folder/keeper"; } 2>/dev/null
  [ "$current" = "$own" ] || exit 0
  if ! find_postmaster; then
    absent=$((absent + step_ms))
    [ $absent -lt 30000 ] || exit 0
    continue
  fi
  absent=0
  open_abandoned_doors
  if has_clients || [ "$mark" -nt "$reference" ]; then
    : > "$reference"
    idle=0
    continue
  fi
  idle=$((idle + step_ms))
  [ $idle -ge "$idle_ms" ] || continue
  idle=0
  stop_if_unused && exit 0
done
`;
