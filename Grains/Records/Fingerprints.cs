using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Records;

/// <summary>Computes texts that are the same for equal values in every process.</summary>
internal static class Fingerprints
{
    public static string Of<T>(T value) =>
        Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value, TaskJson.Options))));
}
