import WebAuthn

extension Origin {
    /// For whom the passkeys of the page that asks are: the host of `publicURL`, else the one that the request named; nil
    /// where no browser has passkeys, as at an address or in the clear (docs/decisions/0085).
    ///
    /// A request may name any host. That gains nothing: a passkey is kept with the host that it was made for, and browsers
    /// have it sign for pages of that host only.
    var relyingParty: RelyingParty? { base.flatMap { RelyingParty(origin: $0.origin) } }
}
