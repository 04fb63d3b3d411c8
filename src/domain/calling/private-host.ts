/** Whether a host stands on this machine or in a network of one's own, and nobody sends a bill for it. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/gu, "").toLowerCase();
  if (host.includes(":")) return /^(?:::1$|f[cd][0-9a-f]{2}:|fe80:)/u.test(host);
  if (/^\d+(?:\.\d+){3}$/u.test(host)) return isPrivateAddress(host);
  return !host.includes(".") || /\.(?:localhost|local|internal|lan|home\.arpa)$/u.test(host);
}

function isPrivateAddress(address: string): boolean {
  return /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\.|^169\.254\./u.test(address);
}
