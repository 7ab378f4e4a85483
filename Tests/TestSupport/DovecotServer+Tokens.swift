import Foundation
import MailModel

/// Dovecot as a server that takes access tokens: JSON web tokens that it checks with a key of its own.
extension DovecotServer {
    /// What to give as the extra configuration of a server that takes tokens and nothing else; `folder` is the server's.
    public static let tokens = """
        auth_mechanisms = oauthbearer xoauth2
        passdb {
          driver = oauth2
          mechanisms = oauthbearer xoauth2
          args = $FOLDER/oauth2.conf
        }
        """

    static func writeTokenKey(in folder: TemporaryFolder) throws {
        try folder.makeFolder("keys/default/HS256")
        try folder.write(Data(tokenKey.utf8).base64EncodedString(), to: "keys/default/HS256/default")
        try folder.write(
            """
            introspection_mode = local
            local_validation_key_dict = fs:posix:prefix=\(folder.path)/keys/
            username_attribute = sub

            """, to: "oauth2.conf")
    }

    /// A token for a user that is good for `seconds` from now; below 0 it has ended.
    public func token(for user: String = "alice", seconds: Double = 600) throws -> String {
        let now = Date().timeIntervalSince1970
        let header = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8)
        let claims =
            #"{"sub":"\#(user)","iat":\#(Int(now) - 3600),"exp":\#(Int(now + seconds)),"scope":"pop mail of this user"}"#
        let signed = header + "." + Base64URL.encode(claims.utf8)
        let folder = try TemporaryFolder("token")
        try folder.write(signed, to: "signed")
        let line = try ExternalTool.openssl().run(
            ["dgst", "-sha256", "-hmac", Self.tokenKey, "-hex", folder.path("signed")])
        let digits = line.split(separator: " ").last.map(String.init) ?? ""
        let signature = stride(from: 0, to: digits.utf8.count - 1, by: 2).compactMap {
            UInt8(digits.dropFirst($0).prefix(2), radix: 16)
        }
        return signed + "." + Base64URL.encode(signature)
    }
}
