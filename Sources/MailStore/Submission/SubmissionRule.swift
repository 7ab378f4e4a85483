/// What must hold of submissions; part of the account's check.
enum SubmissionRule {
    static let all = [
        AccountRule(
            "A submission has no recipient",
            "SELECT id FROM submission WHERE id NOT IN (SELECT submission FROM submissionRecipient)"),
        AccountRule(
            "A submission's state is not what its recipients' are",
            """
            SELECT s.id FROM submission s WHERE s.state <> 5 AND s.state <> CASE
            WHEN EXISTS (SELECT 1 FROM submissionRecipient r WHERE r.submission = s.id AND r.state = 3) THEN 1
            WHEN EXISTS (SELECT 1 FROM submissionRecipient r WHERE r.submission = s.id AND r.state = 4) THEN 4
            WHEN EXISTS (SELECT 1 FROM submissionRecipient r WHERE r.submission = s.id AND r.state = 0) THEN 0
            WHEN EXISTS (SELECT 1 FROM submissionRecipient r WHERE r.submission = s.id AND r.state = 1) THEN 2
            ELSE 3 END
            """),
        AccountRule(
            "A removed maildrop still has a server to send with",
            "SELECT maildrop FROM maildropSubmission JOIN maildrop ON maildrop.id = maildrop WHERE removedAt IS NOT NULL"
        ),
    ]
}
