/**
 * One environment and one list of flags for every git we start. With them a hostile configuration, hook or attribute
 * of a repository runs nothing. What flags cannot stop (content filters, merge drivers) is stopped by
 * `info/attributes` in our mirror, and by naming each filter in a user's checkout.
 */
export interface GitEnvironment {
  readonly PATH: string;
  /** Where ssh finds the user's agent; the only other thing of the user's environment that reaches git. */
  readonly SSH_AUTH_SOCK?: string;
}

const fixedEnvironment = {
  HOME: "/nonexistent",
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "/bin/false",
  SSH_ASKPASS: "/bin/false",
  GIT_EDITOR: "/bin/false",
  GIT_SEQUENCE_EDITOR: "/bin/false",
  GIT_PAGER: "cat",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_ALLOW_PROTOCOL: "https:ssh:file",
  GIT_PROTOCOL_FROM_USER: "0",
  GIT_SSH_COMMAND: "ssh -oBatchMode=yes",
  GIT_DEFAULT_REF_FORMAT: "files",
  GIT_DEFAULT_HASH: "sha1",
  GIT_AUTHOR_NAME: "aas",
  GIT_AUTHOR_EMAIL: "aas@localhost",
  GIT_COMMITTER_NAME: "aas",
  GIT_COMMITTER_EMAIL: "aas@localhost",
} as const;

/** Faults of old histories that every forge accepts: refusing them would lock out real projects. */
const harmlessFaults = [
  "badTimezone",
  "missingSpaceBeforeDate",
  "zeroPaddedFilemode",
  "zeroPaddedDate",
  "nullSha1",
  "missingEmail",
];

const settings: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.sshCommand=ssh -oBatchMode=yes",
  "core.gitProxy=",
  "core.askPass=",
  "core.editor=false",
  "core.pager=cat",
  "core.alternateRefsCommand=",
  "core.attributesFile=/dev/null",
  "core.excludesFile=/dev/null",
  "core.protectNTFS=true",
  "core.protectHFS=true",
  "core.quotePath=false",
  "core.safecrlf=false",
  "credential.helper=",
  "diff.external=",
  "gpg.program=/bin/false",
  "gpg.ssh.program=/bin/false",
  "gpg.x509.program=/bin/false",
  "gpg.ssh.defaultKeyCommand=",
  "log.showSignature=false",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
  "push.gpgSign=false",
  "submodule.recurse=false",
  "fetch.recurseSubmodules=false",
  "push.recurseSubmodules=no",
  "diff.ignoreSubmodules=all",
  "protocol.allow=never",
  "protocol.https.allow=always",
  "protocol.ssh.allow=always",
  "protocol.file.allow=always",
  "safe.bareRepository=explicit",
  "gc.auto=0",
  "maintenance.auto=false",
  "transfer.fsckObjects=true",
  "fetch.fsckObjects=true",
  "receive.fsckObjects=true",
  ...harmlessFaults.map((fault) => `fetch.fsck.${fault}=ignore`),
];

export const hardenedFlags: readonly string[] = [
  "--no-pager",
  "--literal-pathspecs",
  ...settings.flatMap((setting) => ["-c", setting]),
];

export type ProcessEnvironment = Readonly<Record<string, string>>;

export function hardenedEnvironment(given: GitEnvironment): ProcessEnvironment {
  const agent = given.SSH_AUTH_SOCK === undefined ? {} : { SSH_AUTH_SOCK: given.SSH_AUTH_SOCK };
  return { ...fixedEnvironment, PATH: given.PATH, ...agent };
}
