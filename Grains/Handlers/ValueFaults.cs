using System.Diagnostics;
using System.Text.Json;

namespace OrleansTasks.Handlers;

/// <summary>Tells errors of the handler's own code that the serializer ran, such as a lazy sequence or a property, from errors of the serializer itself.</summary>
internal static class ValueFaults
{
    /// <summary>
    /// Returns whether what was thrown while a value was written comes from the handler's code: it is not of the kinds by which the serializer and its converters refuse a value, and on the way
    /// from where it was thrown to the serializer there is code that is not .NET's own.
    /// </summary>
    public static bool IsHandlers(Exception e)
    {
        if (e is JsonException or NotSupportedException)
        {
            return false;
        }

        foreach (var frame in new StackTrace(e, fNeedFileInfo: false).GetFrames())
        {
            var assembly = frame.GetMethod()?.Module.Assembly;
            if (assembly == typeof(JsonSerializer).Assembly || assembly == typeof(ValueFaults).Assembly)
            {
                return false;
            }

            if (assembly is { IsDynamic: false } && assembly != typeof(object).Assembly && assembly.GetName().Name?.StartsWith("System.", StringComparison.Ordinal) == false)
            {
                return true;
            }
        }

        return false;
    }
}
