using System.Globalization;

namespace OrleansTasks.Storage;

/// <summary>The names of the records that hold items.</summary>
internal static class ItemsSlot
{
    public const string PageKind = "page";
    public const string DeltaKind = "delta";

    public static string Page(int page) => string.Create(CultureInfo.InvariantCulture, $"p{page}");

    /// <summary>Two generations are in use at most, so the third may have the names of the first again.</summary>
    public static string Delta(long generation, int index) => string.Create(CultureInfo.InvariantCulture, $"d{generation & 1}-{index}");
}
