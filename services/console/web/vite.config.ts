import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compress } from './compress.js';

/** Built into the service's dist, where it is served from; `npm run dev:web` proxies to a running console. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compress(join(import.meta.dirname, '..', 'dist', 'web', 'assets'))],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsDir: 'assets',
    sourcemap: false,
    modulePreload: { polyfill: false },
    // Small pictures as data addresses would need an exception from the content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/](?!react-virtual|virtual-core)/ },
            {
              name: 'mantine',
              test: /node_modules[\\/](@mantine|@floating-ui|clsx|react-remove-scroll|react-remove-scroll-bar|tabbable)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: { port: 4799, proxy: { '/api': 'http://127.0.0.1:4700', '/auth': 'http://127.0.0.1:4700' } },
});
