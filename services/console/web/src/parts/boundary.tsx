import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  readonly children: ReactNode;
}

/** A part that cannot be drawn says so in its own place; the rest of the page stays. */
export class Boundary extends Component<BoundaryProps, { error: Error | undefined }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const error = this.state.error as Error | undefined;
    if (error === undefined) return this.props.children;
    return (
      <div className="notice bad stack tight" role="alert">
        <p>This part could not be drawn: {error.message}</p>
        <div>
          <Button size="xs" variant="default" onClick={() => this.setState({ error: undefined })}>
            Try again
          </Button>
        </div>
      </div>
    );
  }
}
