import { joined, type StringsOfKind } from './sensitive-strings.form.ts'

const symmetric = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'
const asymmetric = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjIwMjYtMDEifQ'
const elliptic = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9'
const unsigned = 'eyJhbGciOiJub25lIn0'
const encrypted = 'eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ'
const named = 'eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IlRlc3QgVXNlciJ9'
const expiring = 'eyJzdWIiOiJ1c2VyLTE3IiwiZXhwIjoxNzk1MDAwMDAwfQ'
const issued = 'eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwiYXVkIjoiYXBpIn0'
const short = 'eAhaCdhtm1CRli1ZvX78NVfQ4exFrEDoAyQmRuwgRll'
const long = 'nqVu5pwF8ejZS9DnSk0voU0SNIDSegC3mrf8s8CMAMPy1ALMVjjtSG4LpTdwrlcTzGxInkwSMFziAhdRtBE7OC'

const jwt = joined(symmetric, '.', named, '.', short)
const jwtAsymmetric = joined(asymmetric, '.', issued, '.', long)
const jwtElliptic = joined(elliptic, '.', expiring, '.', long)
const jwtUnsigned = joined(unsigned, '.', expiring, '.')
const jwe = joined(encrypted, '.', long, '.8HlrwYMfvea9lkxw.', short, '.Rnxa6wHW35PBbnm3NliqNT')
const opaque = joined('mZ4qTOWIsYy2e2Cn', 'jTaDjgzdWu252SYlE4')
const withoutAlgorithm = joined('eyJ0eXAiOiJKV1QifQ', '.', named, '.', short)

/** Every token has the right shape and was drawn by chance; none was ever issued. */
export const tokens: StringsOfKind = {
  kind: 'token',
  holding: [
    [`Authorization: Bearer ${jwt}`, jwt],
    [`the id token was ${jwtAsymmetric}.`, jwtAsymmetric],
    [`{"access_token":"${jwtElliptic}","expires_in":3600}`, jwtElliptic],
    [`unsigned: ${jwtUnsigned}`, jwtUnsigned],
    [`JWE ${jwe}`, jwe],
    [`https://example.com/callback#id_token=${jwt}&state=1`, jwt],
    [`curl -H 'Authorization: Bearer ${opaque}' https://api.example.com`, opaque],
    [`authorization: bearer ${opaque}==`, `${opaque}==`],
    [`"headers":{"Authorization":"Bearer ${opaque}"}`, opaque],
    [`Bearer ${opaque}`, opaque],
    ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['{"Authorization":"Basic YWRtaW46UzNjcmV0LTIwMjY="}', 'YWRtaW46UzNjcmV0LTIwMjY='],
    ['basic YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5', 'YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5'],
    ['Proxy-Authorization: Basic c3ZjLWJpbGxpbmc6OWZLMnBRN3g=', 'c3ZjLWJpbGxpbmc6OWZLMnBRN3g='],
    ['https://user:password@host.example.com/path', 'user:password'],
    ['postgres://app:Zk3v9q@db.example.com:5432/main', 'app:Zk3v9q'],
    ['redis://:s3cr3t@cache.example.com:6379/0', ':s3cr3t'],
    ['mongodb+srv://root:p%40ss@cluster0.example.net/test', 'root:p%40ss'],
    ['git clone https://ci:deploy-2026@git.example.com/repo.git', 'ci:deploy-2026'],
    ['ftp://anna:geheim@ftp.example.com', 'anna:geheim'],
    ['amqp://guest:guest@localhost:5672', 'guest:guest'],
    [`access_token=${opaque}&token_type=bearer`, opaque],
    [`{"refresh_token": "${joined('HcFwXR1dz1Zsgb', 'DxtLVuT5HTpta4OK')}"}`, 'HcFwXR1dz1ZsgbDxtLVuT5HTpta4OK'],
    [`authToken: ${joined('4c8adb958af607e7', '7585db70bfdeea79')}`, '4c8adb958af607e77585db70bfdeea79'],
    [`first ${jwt}\\nsecond ${jwtElliptic}`, jwt, jwtElliptic],
    [`(${jwtAsymmetric})`, jwtAsymmetric],
    ['DATABASE_URL=mysql://shop:Tr0ub4dor@10.0.0.4/shop', 'shop:Tr0ub4dor'],
    [
      `Authorization: Token ${joined('4c8adb958af607e77585', 'db70bfdeea796f0a423d')}`,
      '4c8adb958af607e77585db70bfdeea796f0a423d',
    ],
    ['Authorization: Bearer abc123def', 'abc123def'],
    [`set the header to "bearer ${jwt}"`, jwt],
    ['log in at https://me:hunter2@[2001:db8::1]:8443/', 'me:hunter2'],
    ['ftp://anna:p@ss@ftp.example.com', 'anna:p@ss'],
    ['Authorization: Bearer\n mZ4qTOWIsYy2e2CnjT', 'mZ4qTOWIsYy2e2CnjT'],
  ],
  tempting: [
    'the bearer of good news arrived at 10',
    'Authorization: Bearer YOUR_ACCESS_TOKEN',
    'Basic authentication is disabled',
    joined('Authorization: Bearer $', '{TOKEN}'),
    'Authorization: Bearer <token>',
    'https://host.example.com:8080/path@2x',
    'https://example.com/a:b@c',
    'http://localhost:3000/@user',
    joined('postgres://$', '{USER}:$', '{PASSWORD}@db.example.com/main'),
    'https://user:****@host.example.com',
    `${symmetric} alone is a header`,
    withoutAlgorithm,
    'eyJhbGciOi.eyJzdWIi.abc',
    'bearer shares 123456789 were sold',
    'token_type=bearer',
    'ratio a://b',
    'mailto://a',
    'basic English lessons2026',
    'the tokens: 1234 prompt, 567 completion',
    'max_tokens: 4096, token_count=120000',
    'next_page_token=',
    'Authorization: AWS4-HMAC-SHA256, see below',
    'redis://cache.example.com:6379/0',
  ],
}
