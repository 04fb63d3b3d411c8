import { readFileSync } from "node:fs";

/** What a person can do when the kernel or the container does not let bubblewrap build its walls. */
export function cureForRefusal(readSetting: (path: string) => string | null = readKernelSetting): string {
  if (readSetting("kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return "this Ubuntu restricts user namespaces: install an AppArmor profile for bwrap, or sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (readSetting("kernel/unprivileged_userns_clone") === "0")
    return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  if (readSetting("user/max_user_namespaces") === "0") return "sudo sysctl -w user.max_user_namespaces=15000";
  return "allow user namespaces and mounts; in a container: --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt systempaths=unconfined";
}

export const cureForMissing =
  "sudo apt-get install bubblewrap (Debian, Ubuntu) or sudo dnf install bubblewrap (Fedora)";

function readKernelSetting(path: string): string | null {
  try {
    return readFileSync(`/proc/sys/${path}`, "latin1").trim();
  } catch {
    return null;
  }
}

/** Run inside by the self-test: prints what a prisoner can see. `$1` is a file of the host that must not be there. */
export const selfTestScript = `true
cat "$1" 2>/dev/null && echo canary=visible || echo canary=hidden
echo "user=$(id -u)"
echo "interfaces=$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | tr '\\n' ' ')"
echo "environment=$(cat /proc/1/environ | tr '\\0' '\\n' | cut -d= -f1 | grep -vE '^(PATH|LC_ALL|PWD|OLDPWD|SHLVL|_)$' | tr '\\n' ' ')"
echo "capabilities=$(sed -n 's/^Cap\\(Prm\\|Eff\\|Bnd\\):[[:space:]]*//p' /proc/self/status | sort -u | tr '\\n' ' ')"
echo "seccomp=$(sed -n 's/^Seccomp:[[:space:]]*//p' /proc/self/status)"
(: >/usr/x) 2>/dev/null && echo system=writable || echo system=readonly
unshare --user true 2>/dev/null && echo namespaces=open || echo namespaces=closed`;

const expectedAnswers: Readonly<Record<string, string>> = {
  canary: "hidden",
  user: "1000",
  interfaces: "lo ",
  environment: "",
  capabilities: "0000000000000000 ",
  seccomp: "2",
  system: "readonly",
  namespaces: "closed",
};

/** The walls that do not hold, each with what the prisoner saw; empty when all of them hold. */
export function findBreaches(selfTestOutput: string): readonly string[] {
  const answers = new Map(
    selfTestOutput.split("\n").map((line) => {
      const [question = "", ...answer] = line.split("=");
      return [question, answer.join("=")] as const;
    }),
  );
  return Object.entries(expectedAnswers)
    .filter(([question, expected]) => answers.get(question) !== expected)
    .map(([question]) => `${question}: ${answers.get(question)?.trim() ?? "no answer"}`);
}
