/** The one-time token of a sign-in link, which travels in the URL's fragment: "#t=abc" → "abc". */
export function linkToken(fragment: string): string | undefined {
  return /^#t=([\w-]+)$/.exec(fragment)?.[1];
}
