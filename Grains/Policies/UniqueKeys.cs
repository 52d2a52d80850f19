using System.IO.Hashing;
using System.Text;

namespace OrleansTasks;

/// <summary>The keys of dispatches that are unique by their arguments. Pure.</summary>
internal static class UniqueKeys
{
    // No key of a caller begins like this: control characters are refused.
    private const char Mark = '\u0001';

    public static string Of(TaskArguments? arguments) =>
        Mark + (arguments is null ? "" : Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes(arguments.ToString()!))));
}
