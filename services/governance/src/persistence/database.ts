import { inTransaction, type Transaction } from '@drawbridge/postgres';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Opens transactions for requests and timers; event handlers get theirs from the transport. */
@Injectable()
export class Database {
  constructor(private readonly source: DataSource) {}

  /** One transaction; repeated from the start when it collides with another, so `work` touches nothing but the database. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return inTransaction(this.source, work);
  }

  /** Reads without a transaction. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work(this.source.manager);
  }

  /** Reads of one moment, however many statements it takes. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.source.transaction('REPEATABLE READ', work);
  }
}
