import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? '';
const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place to draw in');

createRoot(root).render(
  <StrictMode>
    <MantineProvider getStyleNonce={() => nonce} defaultColorScheme="auto">
      <QueryClientProvider client={new QueryClient()}>
        <main>
          <h1>Drawbridge</h1>
        </main>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
