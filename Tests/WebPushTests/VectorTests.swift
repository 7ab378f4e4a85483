import Crypto
import MailModel
import Testing

@testable import WebPush

/// The examples of the standards, octet by octet.
@Suite struct VectorTests {
    private func octets(_ text: String) throws -> [UInt8] { try #require(Base64URL.decode(text)) }

    @Test func rfc8188Section31OneRecord() throws {
        let encoded = ContentCoding.encode(
            [.init(Array("I am the walrus".utf8))], recordSize: 4096,
            key: SymmetricKey(data: try octets("yqdlZ-tYemfogSmv7Ws5PQ")), keyID: [],
            salt: try octets("I1BsxtFttlv3u_Oo94xnmw"))
        #expect(
            encoded.map(Base64URL.encode)
                == "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg")
    }

    @Test func rfc8188Section32TwoRecordsOfWhichTheFirstIsPadded() throws {
        let encoded = ContentCoding.encode(
            [.init(Array("I am th".utf8), padding: 1), .init(Array("e walrus".utf8))], recordSize: 25,
            key: SymmetricKey(data: try octets("BO3ZVPxUlnLORbVGMpbT1Q")), keyID: Array("a1".utf8),
            salt: try octets("uNCkWiNYzKTnBN9ji3-qWA"))
        #expect(
            encoded.map(Base64URL.encode)
                == "uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA")
    }

    @Test func rfc8291AppendixA() throws {
        let keys = try #require(
            PushKeys(
                publicKey: try octets(
                    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
                secret: try octets("BTBZMqHH6r4Tts7J_aSIgg")))
        let ours = try P256.KeyAgreement.PrivateKey(
            rawRepresentation: try octets("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        let body = PushMessage.encrypt(
            Array("When I grow up, I want to be a watermelon".utf8), for: keys, ephemeral: ours,
            salt: try octets("DGv6ra1nlYgDCS1FRnbzlw"))
        #expect(
            body.map(Base64URL.encode)
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w"
                + "EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
    }
}
