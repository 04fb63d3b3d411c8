import { forbiddenSyscalls, guardedSyscalls, hiddenSyscalls, type SandboxArch } from "./denied-syscalls.ts";

/** A classic BPF program as the kernel and bubblewrap want it: what no judged program may ask of the kernel. */
export function assembleSeccompFilter(arch: SandboxArch): Buffer {
  const program = [
    ...checkArchitecture(arch),
    ...numbersOf(forbiddenSyscalls, arch).flatMap((number) => answerIfEqual(number, refuse(errno.EPERM))),
    ...numbersOf(hiddenSyscalls, arch).flatMap((number) => answerIfEqual(number, refuse(errno.ENOSYS))),
    ...denyFlags(guardedSyscalls.clone[arch], newNamespaceFlags),
    ...denyFlags(guardedSyscalls.unshare[arch], newNamespaceFlags | newTimeFlag),
    ...denyTerminalInjection(guardedSyscalls.ioctl[arch]),
    ...allowFamilies(guardedSyscalls.socket[arch]),
    ...allowFamilies(guardedSyscalls.socketpair[arch]),
    ...denyLargeSegments(guardedSyscalls.shmget[arch]),
    [opcode.answer, 0, 0, verdict.allow] as const,
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(operand, index * 8 + 4);
  }
  return bytes;
}

/** Operation, instructions to skip when true, when false, operand. */
type Instruction = readonly [number, number, number, number];

const opcode = { load: 0x20, ifEqual: 0x15, ifGreater: 0x25, ifAtLeast: 0x35, ifAnyBit: 0x45, answer: 0x06 };
const verdict = { allow: 0x7fff0000, killProcess: 0x80000000, errno: 0x00050000 };
const errno = { EPERM: 1, ENOMEM: 12, ENOSYS: 38, EAFNOSUPPORT: 97 };

const numberOffset = 0;
const archOffset = 4;
const archIds: Readonly<Record<SandboxArch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
const x32Bit = 0x40000000;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const newNamespaceFlags =
  0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;
/** CLONE_NEWTIME; the same bits of `clone` are the exit signal, which may be any. */
const newTimeFlag = 0x00000080;
/** TIOCSTI and TIOCLINUX type into the terminal behind the sandbox. */
const terminalInjections = [0x5412, 0x541c];
/** Unix, IPv4, IPv6, netlink (which address look-ups use): the families an ordinary program opens. */
const ordinaryFamilies = [1, 2, 10, 16];
/** PostgreSQL needs a segment of a few bytes; memory hidden in segments is counted by nobody. */
const largestSegmentBytes = 65_536;

function refuse(error: number): number {
  return verdict.errno + error;
}

function numbersOf(
  table: Readonly<Record<string, Readonly<Record<SandboxArch, number | null>>>>,
  arch: SandboxArch,
): number[] {
  return Object.values(table).flatMap((numbers) => numbers[arch] ?? []);
}

function argumentOffset(index: number, half: "low" | "high"): number {
  return 16 + index * 8 + (half === "high" ? 4 : 0);
}

/** A program of another machine has other numbers, so it is killed; the x32 numbers of x64 do not exist for it. */
function checkArchitecture(arch: SandboxArch): readonly Instruction[] {
  const common: Instruction[] = [
    [opcode.load, 0, 0, archOffset],
    [opcode.ifEqual, 1, 0, archIds[arch]],
    [opcode.answer, 0, 0, verdict.killProcess],
    [opcode.load, 0, 0, numberOffset],
  ];
  if (arch !== "x64") return common;
  return [...common, [opcode.ifAtLeast, 0, 1, x32Bit], [opcode.answer, 0, 0, refuse(errno.ENOSYS)]];
}

function answerIfEqual(number: number, answer: number): readonly Instruction[] {
  return [
    [opcode.ifEqual, 0, 1, number],
    [opcode.answer, 0, 0, answer],
  ];
}

/** The body runs for this call only and always ends in an answer, so the number need not be loaded again after it. */
function onlyFor(number: number, body: readonly Instruction[]): readonly Instruction[] {
  return [[opcode.ifEqual, 0, body.length, number], ...body];
}

function denyFlags(number: number, flags: number): readonly Instruction[] {
  return onlyFor(number, [
    [opcode.load, 0, 0, argumentOffset(0, "low")],
    [opcode.ifAnyBit, 0, 1, flags >>> 0],
    [opcode.answer, 0, 0, refuse(errno.EPERM)],
    [opcode.answer, 0, 0, verdict.allow],
  ]);
}

function denyTerminalInjection(number: number): readonly Instruction[] {
  return onlyFor(number, [
    [opcode.load, 0, 0, argumentOffset(1, "low")],
    ...terminalInjections.flatMap((request) => answerIfEqual(request, refuse(errno.EPERM))),
    [opcode.answer, 0, 0, verdict.allow],
  ]);
}

function allowFamilies(number: number): readonly Instruction[] {
  return onlyFor(number, [
    [opcode.load, 0, 0, argumentOffset(0, "low")],
    ...ordinaryFamilies.flatMap((family) => answerIfEqual(family, verdict.allow)),
    [opcode.answer, 0, 0, refuse(errno.EAFNOSUPPORT)],
  ]);
}

function denyLargeSegments(number: number): readonly Instruction[] {
  return onlyFor(number, [
    [opcode.load, 0, 0, argumentOffset(1, "high")],
    [opcode.ifEqual, 1, 0, 0],
    [opcode.answer, 0, 0, refuse(errno.ENOMEM)],
    [opcode.load, 0, 0, argumentOffset(1, "low")],
    [opcode.ifGreater, 0, 1, largestSegmentBytes],
    [opcode.answer, 0, 0, refuse(errno.ENOMEM)],
    [opcode.answer, 0, 0, verdict.allow],
  ]);
}
