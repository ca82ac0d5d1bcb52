/** The subject of an alert: SNS takes 100 printable ASCII characters. */

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT = 100

/** The fact first: a phone shows about 40 characters. */
export function subjectLine(fact: string, mirror: string): string {
  const end = ` (${mirror})`
  const room = Math.max(MAX_SUBJECT - end.length, MAX_SUBJECT / 2)
  return `${cut(fact, room)}${end}`.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_SUBJECT)
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max - 3)}...` : text
}
