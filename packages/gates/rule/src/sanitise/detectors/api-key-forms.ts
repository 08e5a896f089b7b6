import { escapes } from './characters.ts'

/** A key that is known by what it begins with. */
export interface PrefixedKey {
  readonly prefix: string
  /** What follows the prefix. Bounded, so that a long run is looked at once. */
  readonly body: RegExp
  /** A second half without a prefix that is written after it. Its first group is what is secret. */
  readonly companion?: RegExp
}

const letterOrDigit = 'A-Za-z0-9'
const base64Url = 'A-Za-z0-9_-'
const hex = '0-9a-f'

/** The prefixes that providers document, so that leaked keys can be found. In the order of providers. */
export const prefixedKeys: readonly PrefixedKey[] = [
  // Airtable.
  key('pat', `[${letterOrDigit}]{14}\\.[${hex}]{64}`),
  // Alibaba Cloud.
  key('LTAI', `[${letterOrDigit}]{20}`),
  // Amazon Web Services: the identifiers of access keys, also temporary ones, and of credentials of services. The
  // secret itself is forty characters, often in the next column or on the next line.
  ...keys(['AKIA', 'ASIA', 'ABIA', 'ACCA'], '[A-Z2-7]{16}').map((form) => ({
    ...form,
    companion: /["'`]?[\s,;:/|]{1,4}["'`]?([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/y,
  })),
  // Anthropic.
  key('sk-ant-', `[${base64Url}]{40,255}`),
  // Atlassian, Bitbucket.
  ...keys(['ATATT3', 'ATCTT3'], `[=${base64Url}]{60,255}`),
  key('ATBB', `[${letterOrDigit}]{32}`),
  // Brevo.
  ...keys(['xkeysib-', 'xsmtpsib-'], `[${hex}]{64}-[${letterOrDigit}]{16}`),
  // Databricks.
  key('dapi', `[${hex}]{32}(?:-[0-9])?`),
  // DigitalOcean.
  ...keys(['dop_v1_', 'doo_v1_', 'dor_v1_'], `[${hex}]{64}`),
  // Docker.
  ...keys(['dckr_pat_', 'dckr_oat_'], `[${base64Url}]{20,64}`),
  // Doppler.
  ...keys(['dp.pt.', 'dp.st.', 'dp.ct.', 'dp.sa.'], `(?:[a-z0-9_-]{2,35}\\.)?[${letterOrDigit}]{40,44}`),
  // Dynatrace.
  key('dt0c01.', '[A-Z2-7]{24}\\.[A-Z2-7]{64}'),
  // Figma.
  key('figd_', `[${base64Url}]{38,64}`),
  // Fly.io.
  ...keys(['fm1_', 'fm2_', 'fo1_'], '[A-Za-z0-9+/_-]{40,255}={0,3}'),
  // GitHub.
  ...keys(['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], `[${letterOrDigit}]{36,255}`),
  key('github_pat_', `[${letterOrDigit}]{22}_[${letterOrDigit}]{59}`),
  // GitLab.
  ...keys(
    ['glpat-', 'gldt-', 'glrt-', 'glrtr-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glimt-', 'glagent-', 'gloas-'],
    `[${base64Url}]{20,255}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{7,9})?`,
  ),
  // Google: API keys, secrets of clients, and access tokens.
  key('AIza', `[${base64Url}]{35}`),
  key('GOCSPX-', `[${base64Url}]{28}`),
  key('ya29.', `[${base64Url}]{30,255}`),
  // Grafana.
  key('glsa_', `[${letterOrDigit}]{32}_[0-9a-fA-F]{8}`),
  key('glc_', '[A-Za-z0-9+/]{32,255}={0,3}'),
  // Groq.
  key('gsk_', `[${letterOrDigit}]{52}`),
  // HashiCorp Vault.
  ...keys(['hvs.', 'hvb.', 'hvr.'], `[${base64Url}]{24,255}`),
  // Heroku.
  key('HRKU-', `[${base64Url}]{36,60}`),
  // Hugging Face.
  ...keys(['hf_', 'api_org_'], `[${letterOrDigit}]{34}`),
  // Linear.
  ...keys(['lin_api_', 'lin_oauth_'], `[${letterOrDigit}]{40,64}`),
  // Mailgun.
  key('key-', '[0-9a-z]{32}'),
  // Netlify.
  key('nfp_', `[${letterOrDigit}]{36}`),
  // New Relic.
  key('NRAK-', '[A-Z0-9]{27}'),
  // Notion.
  key('ntn_', `[${letterOrDigit}]{40,64}`),
  key('secret_', `[${letterOrDigit}]{43}`),
  // npm.
  key('npm_', `[${letterOrDigit}]{36}`),
  // 1Password.
  key('ops_eyJ', `[${base64Url}]{40,1024}={0,2}`),
  // OpenAI, and those who took over its prefix.
  ...keys(['sk-proj-', 'sk-svcacct-', 'sk-admin-', 'sk-None-'], `[${base64Url}]{32,255}`),
  key('sk-or-v1-', `[${hex}]{64}`),
  key('sk-', `[${letterOrDigit}]{32,64}`),
  // Perplexity.
  key('pplx-', `[${letterOrDigit}]{48,56}`),
  // PlanetScale.
  ...keys(['pscale_tkn_', 'pscale_pw_', 'pscale_oauth_'], '[A-Za-z0-9_.-]{32,64}'),
  // Postman.
  key('PMAK-', `[${hex}]{24}-[${hex}]{34}`),
  // Pulumi.
  key('pul-', `[${hex}]{40}`),
  // PyPI and its test site.
  ...keys(['pypi-AgEIcHlwaS5vcmc', 'pypi-AgENdGVzdC5weXBpLm9yZw'], `[${base64Url}]{50,255}`),
  // Replicate.
  key('r8_', `[${letterOrDigit}]{37}`),
  // RubyGems.
  key('rubygems_', `[${hex}]{48}`),
  // SendGrid.
  key('SG.', `[${base64Url}]{22}\\.[${base64Url}]{43}`),
  // Sentry.
  ...keys(['sntryu_', 'sntrya_'], `[${hex}]{64}`),
  key('sntrys_eyJ', '[A-Za-z0-9+/_-]{40,255}={0,2}'),
  // Shopify.
  ...keys(['shpat_', 'shpca_', 'shppa_', 'shpss_', 'shptka_'], '[0-9a-fA-F]{32}'),
  // Slack: tokens, and the addresses to which anyone may post.
  ...keys(['xoxa-', 'xoxb-', 'xoxe-', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-'], '[0-9]{6,14}-[0-9A-Za-z-]{10,255}'),
  ...keys(['xoxe.xoxp-', 'xoxe.xoxb-'], '1-[0-9A-Za-z-]{40,255}'),
  key('xapp-', '[0-9]-[A-Z0-9]{9,13}-[0-9]{10,14}-[0-9a-f]{40,72}'),
  key('hooks.slack.com/services/', 'T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,28}'),
  // Square.
  key('sq0atp-', `[${base64Url}]{22}`),
  key('sq0csp-', `[${base64Url}]{43}`),
  key('EAAA', `[${base64Url}]{60}`),
  // Stripe, without its publishable keys.
  ...keys(['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'], `[${letterOrDigit}]{16,247}`),
  key('whsec_', '[A-Za-z0-9+/]{32,64}={0,2}'),
  // Supabase.
  key('sbp_', `[${hex}]{40}`),
  key('sb_secret_', `[${base64Url}]{20,64}`),
  // Tailscale.
  ...keys(['tskey-auth-', 'tskey-api-', 'tskey-client-'], `[${letterOrDigit}]{8,24}-[${letterOrDigit}]{24,64}`),
  // Twilio.
  key('SK', `[${hex}]{32}`),
  // xAI.
  key('xai-', `[${letterOrDigit}]{70,84}`),
]

/** A key that is known by what stands in the midst of it, or at its end. */
export interface ShapedKey {
  /** What every such key has in it. */
  readonly mark: string
  /** Tried only where a run of its characters begins, also after an escape. */
  readonly form: RegExp
}

export const shapedKeys: readonly ShapedKey[] = [
  // Azure: secrets of applications.
  shaped('Q~', 'A-Za-z0-9_~.-', '[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])'),
  // Discord: addresses to which anyone may post.
  { mark: '/api/webhooks/', form: /discord(?:app)?\.com\/api\/webhooks\/[0-9]{17,20}\/[A-Za-z0-9_-]{60,80}/g },
  // HashiCorp Terraform.
  shaped('.atlasv1.', letterOrDigit, '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,80}'),
  // Mailchimp.
  shaped('-us', letterOrDigit, '[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9])'),
  // Telegram. Its first digit is not the last one of an escape such as `%A0`.
  shaped(':AA', '0-9', '(?<!%[A-Fa-f])[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])'),
]

function shaped(mark: string, characters: string, form: string): ShapedKey {
  return { mark, form: new RegExp(`(?:(?<![${characters}])|(?<=${escapes}))${form}`, 'g') }
}

function key(prefix: string, body: string): PrefixedKey {
  return { prefix, body: new RegExp(`(?:${body})(?![A-Za-z0-9_])`, 'y') }
}

function keys(prefixes: readonly string[], body: string): PrefixedKey[] {
  return prefixes.map((prefix) => key(prefix, body))
}
