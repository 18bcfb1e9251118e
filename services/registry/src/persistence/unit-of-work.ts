import { Injectable } from '@nestjs/common';
import { inTransaction, type Transaction } from '@drawbridge/postgres';
import { DataSource } from 'typeorm';

/** Runs a command: everything inside commits together, events included, or nothing does. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly source: DataSource) {}

  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return inTransaction(this.source, work);
  }
}
