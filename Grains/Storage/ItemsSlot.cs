using System.Globalization;

namespace OrleansTasks.Storage;

/// <summary>Names the records that contain items.</summary>
internal static class ItemsSlot
{
    public const string PageKind = "page";
    public const string DeltaKind = "delta";

    public static string Page(int page) => string.Create(CultureInfo.InvariantCulture, $"p{page}");

    /// <summary>
    /// Returns the name of a delta. At most two generations are in use, so the third may use the names of the first again.
    /// </summary>
    public static string Delta(long generation, int index) => string.Create(CultureInfo.InvariantCulture, $"d{generation & 1}-{index}");
}
