import { joined, type StringsOfKind } from './sensitive-strings.form.ts'

const aws = joined('AK', 'IA', '33MF2GQFQKUSINMY')
const awsSession = joined('AS', 'IA', '4E5IJ4O7GTICN2DI')
const github = joined('gh', 'p_', 'so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo')
const githubServer = joined('gh', 's_', 'R4JuqsdMfI4BRDcrD77MuBVhexlhHNPZDj00')
const githubFine = joined(
  'github',
  '_pat_',
  'Rnxa6wHW35PBbnm3NliqNT_',
  'rrCZYJRbR1DtfpSWNFSpHM3FFHdntbRtLAND3TvpoaZvViPRjfgdsOnc4a9',
)
const gitlab = joined('gl', 'pat-', 'kkMxzwwM5hpA6eEfujfo')
const slack = joined('xo', 'xb-', '210987654321-2109876543210-1Nx4xyB7LQ4DBqHboMSp4DTH')
const slackHook = joined('hooks.slack', '.com/services/', 'T0AB1CD2E/B0FG3HI4J/1Nx4xyB7LQ4DBqHboMSp4DTH')
const stripe = joined('sk', '_live_', '1Nx4xyB7LQ4DBqHboMSp4DTH')
const stripeTest = joined('rk', '_test_', 'qaKzxEZUtubE7R5IiAWNKTJiHXRQ')
const openai = joined('sk', '-proj-', 'HcFwXR1dz1ZsgbDxtLVuT5HTpta4OKzpzVwIayh43vh7yViqWEPPlihj1MTrdHsx')
const openaiOld = joined('sk', '-', 'rqs9pyaA6juCAGLlEcdOT3BlbkFJO63ZJzqk5v7czXXIgqdC')
const anthropic = joined(
  'sk',
  '-ant-api03-',
  'Fr8K7wUOdHsauE5iylGiFpF3NV1FOQq6obbndyktw7bxVzeQBHZ2hSH5yUt2IYexHNdUfol1P3q0QvplGLkObq9eRDtIL',
)
const google = joined('AI', 'za', 'KN7E28r4unICHo1mYQ9qB24gPNXoaK7lZpZ')
const googleClient = joined('GOC', 'SPX-', 'qaKzxEZUtubE7R5IiAWNKTJiHXRQ')
const npm = joined('np', 'm_', '4bFx0pOGHg9TBsg3uhZQzsWPdwIaqZsFpJEm')
const pypi = joined(
  'py',
  'pi-',
  'AgEIcHlwaS5vcmcC',
  'HG6HioLgyHSdPr4WyMx1OtUz6QW3hqTJwwzZHhN8vzLw5n6l7TrKLR9n8eLhM0d88n4W0JZloSiATDXRw0',
)
const sendgrid = joined('S', 'G.', 'Rnxa6wHW35PBbnm3NliqNT', '.', 'mZ4qTOWIsYy2e2CnjTaDjgzdWu252SYlE4Ivwpm1eUA')
const twilio = joined('S', 'K', '9899aba9ffac02d57ad38a34f0d70da5')
const huggingFace = joined('h', 'f_', 'dNHnccmyZonkPQGYIRktFsrlSHfWGXxhRJ')
const digitalOcean = joined('do', 'p_v1_', '442db86ff4304e4f041b18dfa02eb04d09e47d0d9178b68cd106ed38bc507634')
const shopify = joined('shp', 'at_', '42ce40f36231f8c3bdefb40c249a3efe')
const databricks = joined('da', 'pi', '60202fabfa4f329e1359523b5da8f272')
const postman = joined('PM', 'AK-', 'ba8c81d13c4cadddad2d9147', '-', '8c5002b223faf529d89039803e15446347')
const vault = joined('hv', 's.', '1Nx4xyB7LQ4DBqHboMSp4DTH')
const telegram = joined('110201543', ':AA', '4MKVhEUFM6TZRtR3VtdPqFe8WctSIOdSm')
const mailgun = joined('key', '-', 'e4a4a7d8e2c3001c9e8935478ce519bd')
const square = joined('sq', '0atp-', 'Rnxa6wHW35PBbnm3NliqNT')
const linear = joined('lin', '_api_', 'NwzsXFL41EwCl5ov9RttYnn1sCIvaUojhbOIDYvG')
const notion = joined('nt', 'n_', '21098765432', 'KN7E28r4unICHo1mYQ9qB24gPNXoaK7lZpZ')
const grafana = joined('gl', 'sa_', 'IGEo0Fg0WweytpVLqPb5cMpkON74U4YD', '_', '3c4cadff')
const mailchimp = joined('9899aba9ffac02d57ad38a34f0d70da5', '-us', '14')
const airtable = joined(
  'pat',
  '8HlrwYMfvea9lk',
  '.',
  '1711efcb20f657962f9641553a4322e59fe72f49fc7741477d9105ccd4c46824',
)
const groq = joined('gs', 'k_', 'Gzb89pc86E7oJaffq6DOtoVJeK0FNjNCehkWsFTGF3xYQoOjDr8B')
const newRelic = joined('NR', 'AK-', '5SZWJ3LKGW3GSXRVPUAXMWDOJXA')
const docker = joined('dckr', '_pat_', 'EzEDh2QFLVxZXSezhDvt2gl8t7m')
const awsSecret = joined('NwzsXFL41EwCl5ov/RttYnn1sCIva', 'Uojh+OIDYvG')

/** Every key has the right shape and was drawn by chance; none was ever issued. */
export const apiKeys: StringsOfKind = {
  kind: 'api_key',
  holding: [
    [`export AWS_ACCESS_KEY_ID=${aws}`, aws],
    [`aws_secret_access_key = ${awsSecret}`, awsSecret],
    [`{"AccessKeyId":"${awsSession}"}`, awsSession],
    [`git clone with ${github} please`, github],
    [`GITHUB_TOKEN: ${githubServer}`, githubServer],
    [`"${githubFine}"`, githubFine],
    [`--header "PRIVATE-TOKEN: ${gitlab}"`, gitlab],
    [`slack bot ${slack}`, slack],
    [`post to https://${slackHook}`, slackHook],
    [`Stripe.apiKey = "${stripe}";`, stripe],
    [`restricted ${stripeTest}, for staging`, stripeTest],
    [`OPENAI_API_KEY=${openai}`, openai],
    [`openai.api_key = '${openaiOld}'`, openaiOld],
    [`x-api-key: ${anthropic}`, anthropic],
    [`https://maps.example.com/js?key=${google}&v=3`, google],
    [`client_secret: ${googleClient}`, googleClient],
    [`//registry.example.com/:_authToken=${npm}`, npm],
    [`twine upload -p ${pypi}`, pypi],
    [`SENDGRID=${sendgrid}`, sendgrid],
    [`Twilio key ${twilio} and its secret`, twilio],
    [`login(token="${huggingFace}")`, huggingFace],
    [`doctl auth init -t ${digitalOcean}`, digitalOcean],
    [`shop token: ${shopify}`, shopify],
    [`DATABRICKS_TOKEN ${databricks}`, databricks],
    [`postman ${postman}`, postman],
    [`VAULT_TOKEN=${vault}`, vault],
    [`https://api.telegram.example/bot${telegram}/getMe`, telegram],
    [`api:${mailgun}`, mailgun],
    [`square ${square}.`, square],
    [`Linear (${linear})`, linear],
    [`notion=${notion}`, notion],
    [`grafana ${grafana}`, grafana],
    [`mailchimp: ${mailchimp}`, mailchimp],
    [`airtable ${airtable}`, airtable],
    [`GROQ ${groq}`, groq],
    [`new relic user key ${newRelic}`, newRelic],
    [`docker login -u me -p ${docker}`, docker],
    [`{"api_key":"${joined('8HlrwYMfvea9lkxw', 'kkMxzwwM5h')}"}`, '8HlrwYMfvea9lkxwkkMxzwwM5h'],
    [`clientSecret: '${joined('IGEo0Fg0Wweytp', 'VLqPb5cMpkON74U4YD')}',`, 'IGEo0Fg0WweytpVLqPb5cMpkON74U4YD'],
    [`curl -H "X-Api-Key: ${joined('9899aba9ffac02d5', '7ad38a34f0d70da5')}"`, '9899aba9ffac02d57ad38a34f0d70da5'],
    [`APIKEY=${joined('6f813469-d053-4b2b', '-ad56-1ceb9d400f16')}`, '6f813469-d053-4b2b-ad56-1ceb9d400f16'],
    [`secret: ${joined('kkMxzwwM5hpA6eE', 'fujfoRnxa6wHW')}`, 'kkMxzwwM5hpA6eEfujfoRnxa6wHW'],
    [`{\\"secret_key\\":\\"${joined('4MKVhEUFM6TZRtR3', 'VtdPqFe8Wct')}\\"}`, '4MKVhEUFM6TZRtR3VtdPqFe8Wct'],
    [`my api key is ${joined('e4a4a7d8e2c3001c', '9e8935478ce519bd')}`, 'e4a4a7d8e2c3001c9e8935478ce519bd'],
    [`here is the key: ${joined('8HlrwYMfvea9lkxw', 'kkMxzwwM5h')}`, '8HlrwYMfvea9lkxwkkMxzwwM5h'],
    [`api_key=${joined('qwzrtplkmnbvcxsd', 'fghjklzxcvbnmqwr')}`, 'qwzrtplkmnbvcxsdfghjklzxcvbnmqwr'],
  ],
  tempting: [
    'api_key=YOUR_API_KEY_GOES_HERE',
    'apiKey: process.env.OPENAI_API_KEY,',
    joined('secret: $', '{CLIENT_SECRET_2026}'),
    'secret_name: prod/database/main-password-2026',
    'pip install scikit-learn sk-learn sk-video',
    joined('pk', '_live_', '1Nx4xyB7LQ4DBqHboMSp4DTH', ' is publishable'),
    'commit 4c8adb958af607e77585db70bfdeea796f0a423d',
    'sha256:442db86ff4304e4f041b18dfa02eb04d09e47d0d9178b68cd106ed38bc507634',
    'id 6f813469-d053-4b2b-ad56-1ceb9d400f16',
    joined('ghp', '_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'),
    joined('AKIA', 'XXXXXXXXXXXXXXXX'),
    joined('gh', 'p_short123'),
    'npm_config_registry=https://registry.example.com',
    'HF_HUB_ENABLE_HF_TRANSFER=1 with hf_transfer',
    joined('sk', '-your-api-key-goes-here-please-replace'),
    'the secret: never say never again in 2026',
    'api_key: "<insert key here 12345>"',
    'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ',
    'the API key is stored in the vault',
    'secret = getSecretFromVault2("prod")',
    'SG.1.2 and hvs.local',
    'xoxo-love-from-paris-2026',
    'dapiDataGetTopLongShortPositionRatio',
    'integrity="sha512-QrEZsgwxUBqAkc2tZztdRDyH4t/GjC5Qq/TQPcyIY1MgqmIM6rnyMlUKobKfhEo+"',
    'the secret is 20261121101500000',
  ],
}
