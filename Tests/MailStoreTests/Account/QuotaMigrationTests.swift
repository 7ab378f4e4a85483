import GRDB
import Testing

@testable import MailStore

@Suite struct QuotaMigrationTests {
    @Test func whatAnAccountHoldsAlreadyIsCountedOnce() throws {
        let database = try DatabaseQueue()
        try AccountSchema.migrator.migrate(database, upTo: "maildrop email")
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO meta VALUES (1, 7, 1, 5, 1, 3, 2, 1);
                    INSERT INTO thread VALUES (1, 2, 2, 1, 1);
                    INSERT INTO blob VALUES (1, zeroblob(32), 300, 0, NULL, x'00');
                    INSERT INTO email VALUES (1, 1, zeroblob(32), 1, 0, NULL, 300, 0, 0, 1, 1, x'', NULL);
                    INSERT INTO email VALUES (2, 1, zeroblob(32), 1, 0, NULL, 300, 0, 0, 2, 2, x'', NULL);
                    INSERT INTO emailSort VALUES (1, 300, 0, NULL, '', NULL, '', NULL, '', NULL);
                    INSERT INTO emailSort VALUES (2, 300, 0, NULL, '', NULL, '', NULL, '', NULL);
                    """)
        }
        try AccountSchema.migrator.migrate(database, upTo: "quota")
        let row = try database.read { try Row.fetchOne($0, sql: "SELECT messageOctets, octetsLimit FROM meta") }
        #expect(row?[0] as Int? == 600 && row?[1] as Int? == nil)
    }
}
