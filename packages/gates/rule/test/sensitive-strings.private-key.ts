import { joined, type StringsOfKind } from './sensitive-strings.form.ts'

const lines = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7QrEZsgwxUBqA',
  'kc2tZztdRDyH4tGjC5QqTQPcyIY1MgqmIM6rnyMlUKobKfhEo3kpqhCWjhqUNYa5',
  'IRZ4+ovf1WEn0Fw4M0gOPQi1l8x4dJnRi8YCaMp0J1Rga55A6LuJh3H2A4ccbm3O',
  'vEttyDikyM2MNZ6PW+kV4R9rTUbEBT4PDUVXWuB6rZWtANN20EK9yOJFHUbl6jpJ',
  '82Grk04kTjOSsn5YXajsE2TKInwQ4vV/ktqFtv70TIdv',
]

/** A block with its two lines, and `separator` where a new line begins. */
function block(label: string, separator: string, body: readonly string[] = lines): string {
  return [joined('-----', `BEGIN ${label}`, '-----'), ...body, joined('-----', `END ${label}`, '-----')].join(separator)
}

const pkcs8 = block('PRIVATE KEY', '\n')
const rsa = block('RSA PRIVATE KEY', '\n')
const ec = block('EC PRIVATE KEY', '\n', [lines[1] ?? '', 'oAoGCCqGSM49AwEHoUQDQgAE'])
const dsa = block('DSA PRIVATE KEY', '\n')
const openssh = block('OPENSSH PRIVATE KEY', '\n')
const encrypted = block('ENCRYPTED PRIVATE KEY', '\n')
const pgp = block('PGP PRIVATE KEY BLOCK', '\n', ['Version: GnuPG v2', '', ...lines, '=aB3d'])
const legacy = block('RSA PRIVATE KEY', '\n', [
  'Proc-Type: 4,ENCRYPTED',
  'DEK-Info: AES-128-CBC,60202FABFA4F329E',
  '',
  ...lines,
])
const windows = block('PRIVATE KEY', '\r\n')
const escaped = block('PRIVATE KEY', '\\n')
const escapedTwice = block('RSA PRIVATE KEY', '\\\\n')
const inOneLine = block('EC PRIVATE KEY', ' ')
const glued = block('PRIVATE KEY', '')
const indented = block('OPENSSH PRIVATE KEY', '\n    ')
const ssh2 = ['---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----', ...lines, '---- END SSH2 ENCRYPTED PRIVATE KEY ----'].join(
  '\n',
)
const truncated = [joined('-----', 'BEGIN RSA PRIVATE KEY', '-----'), ...lines.slice(0, 3)].join('\n')
const truncatedEscaped = [joined('-----', 'BEGIN PRIVATE KEY', '-----'), ...lines.slice(0, 2)].join('\\n')
const cutShort = [joined('-----', 'BEGIN PRIVATE KEY', '-----'), lines[0], 'kc2tZztd'].join('\n')
const age = joined('AGE-SECRET', '-KEY-1', 'MX7T8FEAPXACAXW7T5X5FDQHPE9UZXED3CNWGMJ3VA7MAY4XHJS2Z4U0LC')
const ageOther = joined('AGE-SECRET', '-KEY-1', '894DDCV9SJ3DK3HMAN5AEHP3JA4T4ALAYUU8E54HS8XPG6EM7WWSXUT4VK')
const putty = [
  joined('PuTTY-User', '-Key-File-3: ssh-ed25519'),
  'Encryption: none',
  'Comment: test-key',
  'Public-Lines: 2',
  'AAAAC3NzaC1lZDI1NTE5AAAAIKc2tZztdRDyH4tGjC5QqTQPcyIY1MgqmIM6rnyM',
  'lUKobKfhEo3kpqhC',
  'Private-Lines: 1',
  'AAAAIIRZ4ovf1WEn0Fw4M0gOPQi1l8x4dJnRi8YCaMp0J1Rg',
  'Private-MAC: 1711efcb20f657962f9641553a4322e59fe72f49fc7741477d9105ccd4c46824',
].join('\n')
const puttyOld = putty
  .replace('File-3', 'File-2')
  .replace(/Private-MAC: .*/, 'Private-MAC: 4c8adb958af607e77585db70bfdeea796f0a423d')
const puttyEscaped = putty.replaceAll('\n', '\\r\\n')
const puttyTruncated = putty.slice(0, putty.indexOf('\nPrivate-MAC'))
const ethereum = joined('442db86ff4304e4f041b18dfa02eb04d', '09e47d0d9178b68cd106ed38bc507634')
const wireGuard = joined('QrEZsgwxUBqAkc2tZztdRDyH4t/', 'GjC5Qq/TQPcyIY1M=')
const jwkSecret = joined('mZ4qTOWIsYy2e2CnjTaDjgz', 'dWu252SYlE4Ivwpm1eUA')

/** The lines between the marks are noise: none of these is the key of anything. */
export const privateKeys: StringsOfKind = {
  kind: 'private_key',
  holding: [
    [pkcs8, pkcs8],
    [`Here is my key:\n${rsa}\nDo not share it.`, rsa],
    [ec, ec],
    [`dsa\n\n${dsa}`, dsa],
    [`cat ~/.ssh/id_ed25519\n${openssh}\n$`, openssh],
    [encrypted, encrypted],
    [`${pgp}\n`, pgp],
    [legacy, legacy],
    [windows, windows],
    [`{"type":"service_account","private_key":"${escaped}\\n","client_id":"1"}`, escaped],
    [`"key": "${escapedTwice}"`, escapedTwice],
    [`KEY="${inOneLine}"`, inOneLine],
    [glued, glued],
    [`key: |\n    ${indented}`, indented],
    [ssh2, ssh2],
    [truncated, truncated],
    [`{"key":"${truncatedEscaped}"}`, truncatedEscaped],
    [`${truncated}\n\n[output was cut]`, truncated],
    [cutShort, cutShort],
    [`# public key: age1qqqq\n${age}`, age],
    [`SOPS_AGE_KEY=${ageOther}`, ageOther],
    [putty, putty],
    [`file:\n${puttyOld}\n`, puttyOld],
    [`{"ppk":"${puttyEscaped}"}`, puttyEscaped],
    [puttyTruncated, puttyTruncated],
    [`two\n${ec}\n${openssh}`, ec, openssh],
    [`wallet private_key=${ethereum}`, ethereum],
    [`PRIVATE KEY: 0x${ethereum}`, `0x${ethereum}`],
    [`<key>${rsa}</key>`, rsa],
    [`> ${rsa.replaceAll('\n', '\n> ')}`, rsa.replaceAll('\n', '\n> ')],
    [`[Interface]\nPrivateKey = ${wireGuard}\nListenPort = 51820`, wireGuard],
    [`{"kty":"OKP","crv":"Ed25519","d":"${jwkSecret}"}`, jwkSecret],
  ],
  tempting: [
    block('PUBLIC KEY', '\n'),
    block('CERTIFICATE', '\n'),
    block('PGP PUBLIC KEY BLOCK', '\n'),
    block('CERTIFICATE REQUEST', '\\n'),
    joined('A PEM file begins with -----BEGIN', ' PRIVATE KEY----- and ends with -----END', ' PRIVATE KEY-----.'),
    block('RSA PRIVATE KEY', '\n', ['...']),
    block('PRIVATE KEY', '\n', ['<your key here>']),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKc2tZztdRDyH4tGjC5QqTQPcyIY1MgqmIM6rnyM me@laptop',
    'age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqs3290gq',
    'age keys look like AGE-SECRET-KEY-1...',
    'grep -r "PRIVATE KEY" .',
    '-----BEGIN PGP MESSAGE-----\nhQEMA5tJ8rZzQ0kAAQf/aB3dE5fG7hI9jK1lM3nO5pQ7rS9t\n-----END PGP MESSAGE-----',
    'PuTTY-User-Key-File-3 is the first line of a PPK file',
    'private_key_path=/home/me/.ssh/id_ed25519_2026',
    '-----BEGIN DH PARAMETERS-----\nMIIBCAKCAQEA7QrEZsgwxUBqAkc2tZztdRDyH4tGjC5QqTQP\n-----END DH PARAMETERS-----',
    joined('if (text.startsWith("-----BEGIN', ' OPENSSH PRIVATE KEY-----")) return true'),
    'private_key: (see the vault)',
    'the private key, kept in 2 halves',
  ],
}
