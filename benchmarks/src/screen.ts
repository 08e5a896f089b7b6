/** A row of a table: a name and its figures. */
export function print(name: string, ...figures: string[]): void {
  const [first = '', ...others] = figures
  console.log(`  ${name.padEnd(46)}`, first.padStart(8), ...others.map((figure) => figure.padStart(9)))
}
