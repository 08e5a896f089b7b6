import { type Detector, report } from '../detection.ts'
import { eachMatch, endOfMatch } from './each-match.ts'

const anchor = /(?<=[A-Za-z0-9+.-]):\/\//g

/** The user, who may have no name, and the password, up to the last at sign. Brackets are kept for the marks that stand for what was redacted. */
const credentials = /[^\s/?#@:"'`<>[\]]{0,255}:[^\s/?#"'`<>[\]]{1,255}(?=@[A-Za-z0-9[])/y

/** What stands for a password in a template or where it was hidden. */
const placeholder = /^(?:[$%]?\{|\$[A-Za-z_(]|%[sd]|[*x•.]{3,}$)/i

export const findUrlCredentials: Detector = (search) => {
  const { text } = search
  eachMatch(anchor, text, (written, index) => {
    const start = index + written.length
    const end = endOfMatch(credentials, text, start)
    if (end === undefined) return
    const password = text.slice(text.indexOf(':', start) + 1, end)
    if (!placeholder.test(password)) report(search, 'token', start, end)
  })
}
