import { joined, type Mixed } from './sensitive-strings.form.ts'

const github = joined('gh', 'p_', 'so8urnMWy2xdKbiGpW5B9G0xQLOry7eJZXwo')

/** What texts are really like: several kinds in one, or one kind beside what tempts another. */
export const mixedStrings: readonly Mixed[] = [
  ['Jane Doe, jane@example.com, +1 415 555 0132', ['email', 'jane@example.com'], ['phone', '+1 415 555 0132']],
  [
    'Card 4111 1111 1111 1111, SSN 123-45-6789, call 415-555-0132',
    ['payment_card', '4111 1111 1111 1111'],
    ['national_id', '123-45-6789'],
    ['phone', '415-555-0132'],
  ],
  [
    '{"iban":"DE89370400440532013000","email":"kai@example.de","tel":"030 23125042"}',
    ['iban', 'DE89370400440532013000'],
    ['email', 'kai@example.de'],
    ['phone', '030 23125042'],
  ],
  [`https://x-access-token:${github}@git.example.com/repo`, ['token', `x-access-token:${github}`]],
  [`Authorization: Bearer ${github}`, ['api_key', github]],
  ['On 2026-11-21 at 10:15 order 4711 was paid by jane@example.com', ['email', 'jane@example.com']],
  [
    'smtp://mailer:Gh7kQ2@smtp.example.com, from no-reply@example.com',
    ['token', 'mailer:Gh7kQ2'],
    ['email', 'no-reply@example.com'],
  ],
  ['ISBN 978-0-306-40615-7, phone (212) 555-0147', ['phone', '(212) 555-0147']],
  ['IP 192.168.0.17 tried 4242424242424242 three times', ['payment_card', '4242424242424242']],
  [
    'Herr Kai Muster, Steuer-ID 26954371827, Tel. 0172 9925904',
    ['national_id', '26954371827'],
    ['phone', '0172 9925904'],
  ],
  ['Sr. López, DNI 12345678Z, móvil 612 345 678', ['national_id', '12345678Z'], ['phone', '612 345 678']],
  ['v2.14.0 released on 2026-11-21, see #4155550132'],
  ['{"id":9007199254740991,"price":"19.99","qty":3,"sku":"AB-1234-5678"}'],
  ['SELECT * FROM orders WHERE id BETWEEN 100000000 AND 999999999'],
  ['The meeting is on 12/11/2026 from 14:00 to 15:30 in room 4.21'],
  ['10.1000/182 and 10.1038/s41586-020-2649-2 are DOIs'],
  ['GPS 52.520008, 13.404954; altitude 34 m'],
  ['MAC 00:1B:44:11:3A:B7, IPv6 2001:db8:85a3::8a2e:370:7334'],
  ['UPS 1Z12345E0205271688, FedEx 449044304137821'],
  ['Lorem ipsum dolor sit amet, 1914 translation by H. Rackham, pp. 36-37'],
]
