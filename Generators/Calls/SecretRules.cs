using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using OrleansTasks.Generators.Checks;
using OrleansTasks.Generators.Declared;

namespace OrleansTasks.Generators.Calls;

/// <summary>Finds literals in arguments that look like secrets, because arguments are stored and shown to people.</summary>
internal static class SecretRules
{
    private const int ShortestSecret = 6;

    private static readonly Regex Names =
        new("(^|_|-)(password|passwd|pwd|passphrase|secret|clientsecret|apikey|api_key|accesskey|access_key|"
            + "privatekey|private_key|accesstoken|access_token|authtoken|connectionstring)$|"
            + "(Password|Secret|ApiKey|AccessKey|PrivateKey|AccessToken|AuthToken|ConnectionString)$",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    private static readonly Regex Values = new(
        @"^(AKIA|ASIA)[0-9A-Z]{16}$|-----BEGIN [A-Z ]*PRIVATE KEY-----|^gh[pousr]_[A-Za-z0-9]{36,}$|"
            + @"^(sk|rk)_live_[A-Za-z0-9]{16,}$|^xox[abpr]-[A-Za-z0-9-]{10,}$|^eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.|"
            + @"(^|;)\s*(Password|Pwd|AccountKey|SharedAccessKey)\s*=\s*[^;\s]{3,}",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase);

    public static void Check(IInvocationOperation call, Action<Diagnostic> report)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter?.Type is not { } type || type.SpecialType == SpecialType.System_Object)
            {
                continue;
            }

            if (ParameterKinds.IsAll(type))
            {
                foreach (var literal in argument.Value.DescendantsAndSelf().OfType<ILiteralOperation>())
                {
                    Look(literal, NameOf(literal), report);
                }
            }
            else if (argument.Value.Inner() is ILiteralOperation literal
                && argument.Parameter.Name is not ("task" or "name" or "silo" or "note"))
            {
                Look(literal, argument.Parameter.Name, report);
            }
        }
    }

    private static void Look(ILiteralOperation literal, string? name, Action<Diagnostic> report)
    {
        if (literal.Text() is not { } text || text.Length < ShortestSecret || literal.Syntax.GetLocation() is not { } where)
        {
            return;
        }

        if (name is not null && Names.IsMatch(name))
        {
            report(Reports.Of(Diagnostics.Secret, where,
                $"The argument '{name}' looks like a secret. Arguments are stored and shown to people. "
                + "Pass the name under which the handler finds the secret."));
        }
        else if (Values.IsMatch(text))
        {
            report(Reports.Of(Diagnostics.Secret, where, "This argument looks like a secret. Arguments are stored and shown to people. "
                + "Pass the name under which the handler finds the secret."));
        }
    }

    /// <summary>Returns the name of the argument or member that a literal is assigned to.</summary>
    private static string? NameOf(ILiteralOperation literal)
    {
        IOperation? at = literal.Parent;
        while (at is IConversionOperation)
        {
            at = at.Parent;
        }

        return at switch
        {
            ITupleOperation { Elements: [{ } name, { } value] } when value.DescendantsAndSelf().Contains(literal) => name.Inner().Text(),
            ISimpleAssignmentOperation { Target: IPropertyReferenceOperation property } => property.Property.Name,
            IArgumentOperation { Parameter.Name: var parameter } => parameter,
            _ => null,
        };
    }
}
