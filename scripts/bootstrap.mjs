// Runs every npm script of this repository. Plain JavaScript with built-ins only, because it must start on
// Node 20 with nothing installed: it installs what is missing, then hands over to the right Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binFolder = join(root, "node_modules", ".bin");
const stampFile = join(root, "node_modules", ".aas-installed");
const lockFolder = join(root, ".aas-install.lock");
const minimumNode = [24, 11];

const commands = {
  demo: { args: ["bin/aas.mjs", "demo"], needsSandbox: true },
  aas: { args: ["bin/aas.mjs"], needsSandbox: true },
  test: { args: ["node_modules/vitest/vitest.mjs", "run"], needsSandbox: true },
  check: { args: ["scripts/check.mjs"], needsSandbox: true },
  format: { args: ["node_modules/oxfmt/bin/oxfmt", "."], needsSandbox: false },
  build: { args: ["scripts/build.mjs"], needsSandbox: false },
  bench: { args: ["bench/run.ts"], needsSandbox: true },
  chaos: { args: ["test/chaos/run.ts"], needsSandbox: true },
  corpus: { args: ["test/corpus/run.ts"], needsSandbox: false },
};

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) fail(`Unknown script "${name}". One of: ${Object.keys(commands).join(", ")}.`);

installPackages();
const sandboxEnv = command.needsSandbox ? findSandbox() : {};
handOver(findNode(), [...command.args, ...rest], sandboxEnv);

function installPackages() {
  if (isInstalled()) return;
  waitForOtherInstall();
  try {
    if (isInstalled()) return;
    // Not `npm ci`: that empties node_modules first, and a machine without a network would be left with nothing.
    say("Installing packages (once, about 15 s) …");
    const args = ["install", "--no-save", "--include=dev", "--include=optional", "--no-audit", "--no-fund"];
    const result = spawnSync("npm", args, {
      cwd: root,
      stdio: ["ignore", 2, 2],
      env: { ...process.env, PATH: pathWithoutBin() },
    });
    if (result.status !== 0)
      fail(
        "npm install failed: see the lines above. Cure: check the network, then run the same command again.",
      );
    writeFileSync(stampFile, fingerprint());
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === fingerprint();
}

function fingerprint() {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(process.platform).update(process.arch).digest("hex");
}

/** Two first runs at once must not install over each other; a lock left by a killed run is taken over after ten minutes. */
function waitForOtherInstall() {
  const startedAt = Date.now();
  for (;;) {
    try {
      mkdirSync(lockFolder);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (ageOf(lockFolder) > 10 * 60_000) rmSync(lockFolder, { recursive: true, force: true });
      if (Date.now() - startedAt > 10 * 60_000)
        fail(`Another install holds ${lockFolder}. Cure: remove that folder.`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function findNode() {
  const local = join(binFolder, "node");
  if (existsSync(local) && spawnSync(local, ["--version"]).status === 0) return local;
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]))
    return process.execPath;
  return fail(
    `Node ${minimumNode.join(".")} or newer is needed and npm has none for ${process.platform} ${process.arch}. Cure: install Node 24.`,
  );
}

/** Tests of a repository run only inside bubblewrap, so it is fetched here where that is possible. */
function findSandbox() {
  if (process.platform !== "linux" || process.env.AAS_BWRAP !== undefined || runs("bwrap")) return {};
  const unpacked = join(root, "node_modules", ".cache", "aas", "bubblewrap");
  const binary = join(unpacked, "usr", "bin", "bwrap");
  if (existsSync(binary)) return { AAS_BWRAP: binary };
  if (!runs("apt-get")) return warnNoSandbox();
  say("Installing bubblewrap (once) …");
  if (process.getuid() === 0) return installBubblewrap() ? {} : warnNoSandbox();
  return unpackBubblewrap(unpacked) ? { AAS_BWRAP: binary } : warnNoSandbox();
}

function installBubblewrap() {
  const install = () => quietly("apt-get", ["install", "-y", "--no-install-recommends", "bubblewrap"]);
  return install() || (quietly("apt-get", ["update"]) && install());
}

function unpackBubblewrap(folder) {
  mkdirSync(folder, { recursive: true });
  return quietly("sh", ["-c", "apt-get download bubblewrap && dpkg -x bubblewrap_*.deb ."], folder);
}

function warnNoSandbox() {
  say(
    "bubblewrap is missing: checks of generated code will refuse to run. Cure: sudo apt-get install bubblewrap",
  );
  return {};
}

function handOver(node, args, extraEnv) {
  const env = { ...process.env, ...extraEnv, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(node, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...env, INIT_CWD: process.env.INIT_CWD ?? process.cwd() },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`Could not start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function quietly(program, args, cwd = root) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(program, args, { cwd, stdio: ["ignore", "ignore", 2], env }).status === 0;
}

function runs(program) {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

function pathWithoutBin() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((part) => !part.includes(join("node_modules", ".bin")))
    .join(delimiter);
}

function say(line) {
  process.stderr.write(`aas: ${line}\n`);
}

function fail(line) {
  say(line);
  process.exit(1);
}
