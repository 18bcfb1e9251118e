import type { Browser, BrowserContext, Page } from 'playwright-core';

export interface VisitorOptions {
  readonly url: string;
  /** What every path that is opened is about; absent: `default`. */
  readonly project?: string;
  readonly scheme?: 'light' | 'dark';
  /** Logs in with it; without one nobody is logged in. */
  readonly key?: string;
}

/** A person with a browser of their own, and everything that went wrong in it. */
export class Visitor {
  /** Errors on the console (refusals of the content security policy are among them), exceptions, and requests to other hosts. */
  readonly faults: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly url: string,
    private readonly project: string | undefined,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        this.faults.push(`${message.type()}: ${message.text()} at ${message.location().url}`);
    });
    page.on('pageerror', (error) => this.faults.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(`${this.url}/`) && !asked.startsWith('data:')) this.faults.push(`request to another host: ${asked}`);
    });
  }

  static async come(browser: Browser, { url, project, scheme = 'light', key }: VisitorOptions): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: { width: 1360, height: 900 },
      colorScheme: scheme,
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const visitor = new Visitor(context, page, url, project);
    if (key !== undefined) {
      const answer = await page.request.post(`${url}/auth/login`, { data: { key } });
      if (!answer.ok()) throw new Error(`login answered ${String(answer.status())}: ${await answer.text()}`);
    }
    return visitor;
  }

  /** Opens a path in the visitor's project and waits until every part of the page has its answer. */
  async open(path: string): Promise<void> {
    const address = new URL(path, this.url);
    if (this.project !== undefined) address.searchParams.set('project', this.project);
    await this.page.goto(address.href, { waitUntil: 'load' });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.page.locator('main h1').first().waitFor();
    await this.page.waitForFunction(
      () => !/Loading|reading again/.test(document.querySelector('main')?.textContent ?? 'Loading'),
      undefined,
      { timeout: 30_000 },
    );
  }

  /** Presses Tab until something with this role and name has the focus: reachable without a mouse, or it throws. */
  async tabTo(role: string, name: string, most = 120): Promise<void> {
    const target = this.page.getByRole(role as 'button', { name, exact: true });
    for (let presses = 0; presses < most; presses += 1) {
      await this.page.keyboard.press('Tab');
      if (await target.evaluateAll((elements) => elements.includes(document.activeElement as HTMLElement))) return;
    }
    throw new Error(`${role} "${name}" was not reached within ${String(most)} presses of Tab`);
  }

  /** What it means that the focus is where a keyboard user expects it. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => document.activeElement?.textContent ?? '');
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}
